// The status that files are served with when it is not the usual one.

import type { Context } from "../../../engine/index.js";
import { type Exchange, HttpError } from "../exchange.js";
import { compileTemplate } from "../placeholders.js";

/** The status for a request; undefined for the usual one. */
export type StatusFor = (exchange: Exchange) => number | undefined;

/** Compile `status_code`. Without one, files that explain an error carry the error's status. */
export function compileStatus(code: string | number | undefined, context: Context): StatusFor {
  if (code === undefined || code === "") return (exchange) => exchange.error?.status;
  const template = compileTemplate(String(code), context, "empty");
  if (template.constant === undefined) return (exchange) => filled(template.fill(exchange));

  const fixed = parseStatus(template.constant);
  if (fixed === undefined) {
    context.fail(["status_code"], `must be 200 to 999, found ${template.constant}`);
  }
  return () => fixed;
}

function filled(text: string): number {
  const status = parseStatus(text);
  if (status === undefined) throw new HttpError(500, `status_code became ${JSON.stringify(text)}`);
  return status;
}

/** Statuses below 200 are interim: another answer would have to follow. */
function parseStatus(text: string): number | undefined {
  return /^[2-9]\d\d$/.test(text) ? Number(text) : undefined;
}

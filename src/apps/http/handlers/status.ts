// Statuses in a config: a number, a text that is one, or a placeholder that a request makes one.

import type { Path } from "../../../document/index.js";
import { type Exchange, HttpError } from "../exchange.js";
import { compileTemplate } from "../placeholders.js";
import type { Compiling } from "../replacement.js";

/** The interim answer that a final one follows (RFC 8297). */
export const EARLY_HINTS = 103;

/** Compile a status; undefined when there is none. What can never be sent is refused. */
export function compileStatus(
  status: string | number | undefined,
  context: Compiling,
  at: Path,
): ((exchange: Exchange) => number) | undefined {
  if (status === undefined || status === "") return undefined;
  const { constant, fill } = compileTemplate(String(status), context, "empty");
  if (constant === undefined) return (exchange) => statusAt(exchange, fill);
  const code = parseStatus(constant);
  if (code === undefined) {
    context.fail(at, `${JSON.stringify(constant)} is no status`, "write 200 to 999, or 103");
  }
  return () => code;
}

/** Whether a status, or its absence, can be sent whatever the request. */
export function isStatus(status: string | number | undefined): boolean {
  return status === undefined || status === "" || parseStatus(String(status)) !== undefined;
}

function statusAt(exchange: Exchange, fill: (exchange: Exchange) => string): number {
  const text = fill(exchange);
  const code = parseStatus(text);
  if (code === undefined) throw new HttpError(500, `${JSON.stringify(text)} is no status`);
  return code;
}

function parseStatus(text: string): number | undefined {
  const code = /^\+?\d{1,9}$/.test(text) ? Number(text) : 0;
  return code === EARLY_HINTS || (code >= 200 && code <= 999) ? code : undefined;
}

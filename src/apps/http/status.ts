// Statuses in a config: a number, a text that is one, or a placeholder that a request makes one.

import type { Path } from "../../document/index.js";
import { type Exchange, HttpError } from "./exchange.js";
import { compileTemplate } from "./placeholders.js";
import type { Compiling } from "./replacement.js";

/** The interim answer that a final one follows (RFC 8297). */
export const EARLY_HINTS = 103;

/** What a status of a config is for. */
export interface StatusUse {
  /** Where it stands in the module's node. */
  readonly at: Path;
  /** Whether the answer may be the hints that go ahead of another. */
  readonly hints?: boolean;
}

/** Compile a status; undefined when there is none. What can never be sent is refused. */
export function compileStatus(
  status: string | number | undefined,
  context: Compiling,
  { at, hints = false }: StatusUse,
): ((exchange: Exchange) => number) | undefined {
  if (status === undefined || status === "") return undefined;
  const { constant, fill } = compileTemplate(String(status), context, "empty");
  if (constant === undefined) return statusAt(fill, hints);
  const code = parseStatus(constant, hints);
  if (code === undefined) {
    const wanted = hints ? "write 200 to 999, or 103" : "write 200 to 999";
    context.fail(at, `${JSON.stringify(constant)} is no status`, wanted);
  }
  return () => code;
}

/** Whether a status, or its absence, can be sent whatever the request. */
export function isStatus(status: string | number | undefined, hints = false): boolean {
  return status === undefined || status === "" || parseStatus(String(status), hints) !== undefined;
}

function statusAt(
  fill: (exchange: Exchange) => string,
  hints: boolean,
): (exchange: Exchange) => number {
  return (exchange) => {
    const text = fill(exchange);
    const code = parseStatus(text, hints);
    if (code === undefined) throw new HttpError(500, `${JSON.stringify(text)} is no status`);
    return code;
  };
}

function parseStatus(text: string, hints: boolean): number | undefined {
  const code = /^\+?\d{1,9}$/.test(text) ? Number(text) : 0;
  const mayBe = (hints && code === EARLY_HINTS) || (code >= 200 && code <= 999);
  return mayBe ? code : undefined;
}

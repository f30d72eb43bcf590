// What `respond` and `error` are given alike: a text, a status, or both.

import type { Json } from "../../../src/document/index.js";
import type { Line } from "../line.js";

/** A text and a status, either of which may be missing. */
export interface Answer {
  readonly text: string;
  readonly status: Json | undefined;
}

// <status> | <text> [<status>]
/** Take a text and a status. A lone argument of three digits is the status. */
export function readAnswer(line: Line): Answer {
  const first = line.expectArgument("a status or a text").text;
  const second = line.argument()?.text;
  if (second !== undefined) return { text: first, status: statusOf(second) };
  const isStatus = /^(?:\d{3}|\+\d{2})$/.test(first) && Number(first) > 0;
  return isStatus ? { text: "", status: statusOf(first) } : { text: first, status: undefined };
}

/** A status as the document has it: a number, or the text with a placeholder that makes one. */
export function statusOf(text: string): Json | undefined {
  if (text === "") return undefined;
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number)) return number || 0;
  return text === "true" || text === "false" ? text === "true" : text;
}

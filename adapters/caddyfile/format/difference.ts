// The first line of a text that is not formatted. Every Caddyfile that is adapted is asked for it,
// and somebody waits, so no more of the text is formatted than it takes to know.

import { ParseError } from "../../../src/document/index.js";
import { format } from "./format.js";
import { neatUpTo } from "./neat.js";

/** What to say about an unformatted text: Caddy's words, which people search for, and our command. */
export const NOT_FORMATTED =
  "Caddyfile input is not formatted; run 'graft fmt --overwrite' to fix inconsistencies";

/** How much of a text is formatted at first; if that is no different, there is more at a time. */
const FIRST_PART = 1 << 14;

/**
 * The first line, from 1, that is not as `format` would have it; how lines end is no difference.
 * Throws `ParseError` for a broken heredoc.
 */
export function firstDifference(text: string): number | undefined {
  const written = text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
  const start = neatUpTo(written);
  if (start === written.length && start > 0) return undefined;
  const before = linesIn(written, start);
  for (let size = FIRST_PART; start + size < written.length; size *= 4) {
    const part = partOf(written, start, size);
    const line = part === undefined ? undefined : differenceInPart(part);
    if (line !== undefined) return before + line;
  }
  const line = compare(written.slice(start), format(written.slice(start)));
  return line === undefined ? undefined : before + line;
}

/** A part that ends with a line, and in no variable. */
function partOf(text: string, start: number, size: number): string | undefined {
  const end = text.lastIndexOf("\n", start + size) + 1;
  const part = text.slice(start, end);
  return end <= start || part.lastIndexOf("{$") > part.lastIndexOf("}") ? undefined : part;
}

/** A difference at the part's end may be none in the whole; nor is what ends in a quote a text. */
function differenceInPart(part: string): number | undefined {
  try {
    const line = compare(part, format(part));
    return line !== undefined && line < linesIn(part, part.length) - 2 ? line : undefined;
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

function compare(written: string, formatted: string): number | undefined {
  if (formatted === written) return undefined;
  let at = 0;
  while (at < written.length && written.charCodeAt(at) === formatted.charCodeAt(at)) at++;
  return linesIn(written, at) + 1;
}

function linesIn(text: string, end: number): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1 && at < end; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

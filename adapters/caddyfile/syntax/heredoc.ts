// Heredocs: `<<END`, lines of text, and END. The white space before the closing marker is taken
// from the front of every line, so that the text can be indented like the rest of the file.

import { ParseError } from "../../../src/document/index.js";
import { HEREDOC_MARKER, LESS, NEWLINE, SPACE } from "./characters.js";
import type { Source } from "./source.js";

/** A heredoc that was read: what it says, and the offset behind its closing marker. */
export interface Heredoc {
  readonly text: string;
  readonly end: number;
}

/**
 * Read the heredoc whose `<<` stands at `start`. Undefined when it is an ordinary word after all:
 * when a space or the text's end comes before the line's end does.
 */
export function readHeredoc(source: Source, start: number): Heredoc | undefined {
  const { text } = source;
  const lineEnd = endOfOpening(text, start);
  if (lineEnd === undefined) return undefined;

  const marker = text.slice(start + 2, lineEnd).replaceAll("\r", "");
  checkMarker(source, start, marker);

  const end = text.indexOf(marker, lineEnd + 1);
  if (end === -1) {
    const { line } = source.placeAt(text.length);
    const message = `incomplete heredoc <<${marker} on line #${line}`;
    throw refusal(source, start, `${message}, expected ending marker ${marker}`);
  }
  const lines = text.slice(lineEnd + 1, end).split("\n");
  return { text: dedent(source, marker, lines, lineEnd + 1), end: end + marker.length };
}

/** Whether a `<<` stands here, which begins a heredoc where a word begins. */
export function opensHeredoc(text: string, at: number): boolean {
  return text.charCodeAt(at) === LESS && text.charCodeAt(at + 1) === LESS;
}

/** The offset of the newline behind the marker, unless a space comes first. */
function endOfOpening(text: string, start: number): number | undefined {
  for (let at = start + 2; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === SPACE) return undefined;
    if (code === NEWLINE) return at;
  }
  return undefined;
}

function checkMarker(source: Source, start: number, marker: string): void {
  const { line } = source.placeAt(start);
  const rule = "must contain only alphanumeric characters, dashes and underscores";
  if (marker === "") {
    const message = `missing opening heredoc marker on line #${line}; ${rule}; got empty string`;
    throw refusal(source, start, message);
  }
  if (marker.startsWith("<")) {
    const advice = "only use two, for example <<END";
    throw refusal(source, start, `too many '<' for heredoc on line #${line}; ${advice}`);
  }
  if (!HEREDOC_MARKER.test(marker)) {
    throw refusal(source, start, `heredoc marker on line #${line} ${rule}; got '${marker}'`);
  }
}

/** Take the closing marker's indentation, which is the last line, from the others. */
function dedent(source: Source, marker: string, lines: readonly string[], start: number): string {
  const indent = lines.at(-1) as string;
  let offset = start;
  const body = lines.slice(0, -1).map((line) => {
    if (line !== "" && line !== "\r" && !line.startsWith(indent)) {
      throw mismatch(source, offset, marker, line, indent);
    }
    offset += line.length + 1;
    return line.slice(indent.length).replaceAll("\r", "");
  });
  return body.join("\n");
}

function mismatch(
  source: Source,
  offset: number,
  marker: string,
  line: string,
  indent: string,
): ParseError {
  const where = `heredoc <<${marker} on line #${source.placeAt(offset).line}`;
  const found = line.replace(/\r+$/, "");
  return refusal(
    source,
    offset,
    `mismatched leading whitespace in ${where} [${found}], expected whitespace [${indent}] ` +
      "to match the closing marker",
  );
}

function refusal(source: Source, offset: number, message: string): ParseError {
  return new ParseError(message, source.placeAt(offset));
}

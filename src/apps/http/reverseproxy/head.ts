// Reads the head of an upstream's answer: status line and fields. What comes out of here is written
// to a client, so nothing passes that could end a line early or be read in two ways.

import { protocolError } from "./errors.js";

/** A status line and the fields below it. */
export interface ResponseHead {
  readonly status: number;
  /** The status as it came, with what it is called: `404 Not Found`. */
  readonly statusText: string;
  /** The minor version: HTTP/1.0 or HTTP/1.1. */
  readonly minor: number;
  /** Name, value, name, value … as they came. */
  readonly fields: readonly string[];
}

/** How many fields one head or trailer section may have. */
export const MAX_FIELDS = 5000;

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9][0-9]{2}(?: [^\x00-\x08\x0a-\x1f\x7f]*)?)$/;
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

/**
 * Where a head ends (the index after its empty line), or -1. Lines may end in LF alone, as old
 * servers write them. `from` is where the search left off the last time.
 */
export function headEnd(bytes: Buffer, from: number, to: number): number {
  const view = to === bytes.length ? bytes : bytes.subarray(0, to);
  const usual = view.indexOf("\n\r\n", from, "latin1");
  const rare = view.subarray(0, usual < 0 ? to : usual + 1).indexOf("\n\n", from, "latin1");
  if (rare >= 0) return rare + 2;
  return usual < 0 ? -1 : usual + 3;
}

/** Parse a complete head, its empty line included. Throws `UpstreamError`. */
export function parseHead(text: string): ResponseHead {
  const lineEnd = text.indexOf("\n");
  const match = STATUS_LINE.exec(withoutCr(text, 0, lineEnd));
  if (!match) throw protocolError("it does not begin with an HTTP/1 status line");
  const statusText = match[2] as string;
  return {
    status: Number(statusText.slice(0, 3)),
    statusText,
    minor: Number(match[1]),
    fields: parseFields(text, lineEnd + 1),
  };
}

/** Parse field lines up to the empty line that ends them. Throws `UpstreamError`. */
export function parseFields(text: string, from: number): string[] {
  const fields: string[] = [];
  for (let start = from; start < text.length; ) {
    const lineEnd = text.indexOf("\n", start);
    const line = withoutCr(text, start, lineEnd < 0 ? text.length : lineEnd);
    if (line === "") break;
    addField(fields, line);
    start = lineEnd < 0 ? text.length : lineEnd + 1;
  }
  return fields;
}

function addField(fields: string[], line: string): void {
  const first = line.charCodeAt(0);
  if (first === 0x20 || first === 0x09) {
    unfold(fields, line);
    return;
  }
  const colon = line.indexOf(":");
  const name = line.slice(0, colon < 0 ? 0 : colon);
  const value = trim(line, colon + 1);
  if (!TOKEN.test(name)) throw protocolError("a field has no proper name");
  if (CONTROL.test(value)) throw protocolError(`field ${name} holds a control character`);
  if (fields.length >= 2 * MAX_FIELDS) throw protocolError("it has too many fields");
  fields.push(name, value);
}

/** A line that begins with a blank goes on where the one before stopped (RFC 9112, 5.2). */
function unfold(fields: string[], line: string): void {
  const value = trim(line, 0);
  if (fields.length === 0) throw protocolError("its first field begins with a blank");
  if (CONTROL.test(value)) throw protocolError("a folded field holds a control character");
  const before = fields[fields.length - 1] as string;
  fields[fields.length - 1] = before === "" ? value : `${before} ${value}`;
}

function withoutCr(text: string, start: number, end: number): string {
  return text.slice(start, end > start && text.charCodeAt(end - 1) === 0x0d ? end - 1 : end);
}

/** The text from `start` without blanks at its ends. */
function trim(text: string, start: number): string {
  let from = start;
  let to = text.length;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Whether a comma-separated field value has this token, compared without case. */
export function hasToken(value: string, token: string): boolean {
  if (value.length < token.length || value === "keep-alive") return value === token;
  return value.split(",").some((part) => part.trim().toLowerCase() === token);
}

// Text on its way into a header field, and out of one. On the wire a field is a row of bytes, which
// node shows as one character each. Templates work on text. What comes from a config or a request
// passes through here before it is sent: no line break and no odd name can reach the wire. Bytes that
// are no UTF-8 are in texts what `percent.ts` makes of them, and come out as they were.

import { bytesOf, textOfBytes } from "./percent.js";

const ODD = /[^\t\x20-\x7e]/;
const BEYOND_ASCII = /[^\x00-\x7f]/;
const WIDE = /[^\x00-\xff]/;
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/g;
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** Whether a text can be the name of a field, or a method (RFC 9110, 5.6.2). */
export function isToken(name: string): boolean {
  return TOKEN.test(name);
}

/** A value as it is sent: UTF-8, one character for each byte, control characters blanked. */
export function encodeField(text: string): string {
  if (!ODD.test(text)) return text;
  const bytes = BEYOND_ASCII.test(text) ? bytesOf(text).toString("latin1") : text;
  return bytes.replace(CONTROL, " ");
}

/** The text of a field's value as it came. */
export function decodeField(value: string): string {
  return BEYOND_ASCII.test(value) && !WIDE.test(value) ? textOfBytes(value) : value;
}

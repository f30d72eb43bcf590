// Percent-encoding, for text and for bytes that are none. A byte that is no UTF-8 stands in a text as
// half of a surrogate pair, U+DC80 to U+DCFF. No UTF-8 decodes to that, so it can be taken for no
// character, and it becomes the same byte again when the text is encoded.

import { isUtf8 } from "node:buffer";

const BROKEN = /%(?![0-9a-f]{2})/i;
const ESCAPES = /(?:%[0-9a-f]{2})+/gi;
/** Bytes beyond ASCII that may be one character, or one that cannot be part of any. */
const SEQUENCE =
  /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x80-\xff]/g;
const PIECE = /\p{Cs}|\P{Cs}+/gu;
const LONE_BYTE = /[\udc80-\udcff]/u;

/** Undo every escape; undefined when one of them is malformed. */
export function percentDecode(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    if (BROKEN.test(text)) return undefined;
    return text.replace(ESCAPES, (escapes) =>
      textOfBytes(Buffer.from(escapes.replaceAll("%", ""), "hex").toString("latin1")),
    );
  }
}

/** The bytes of a text: UTF-8, and those that are none. */
export function bytesOf(text: string): Buffer {
  if (!LONE_BYTE.test(text)) return Buffer.from(text);
  const pieces = text.match(PIECE) ?? [];
  return Buffer.concat(pieces.map((piece) => byteOf(piece) ?? Buffer.from(piece)));
}

/** The one spelling of a text's bytes: what is UTF-8 only together is characters all the same. */
export function respelled(text: string): string {
  return LONE_BYTE.test(text) ? textOfBytes(bytesOf(text).toString("latin1")) : text;
}

/** The text of bytes that are given as one character each. */
export function textOfBytes(bytes: string): string {
  return bytes.replace(SEQUENCE, (sequence) => {
    const buffer = Buffer.from(sequence, "latin1");
    return isUtf8(buffer) ? buffer.toString() : [...buffer].map(halfFor).join("");
  });
}

/** `encodeURIComponent` for any text. Half a surrogate pair that stands for no byte is U+FFFD. */
export function encodeComponent(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text.replace(PIECE, (piece) => escapedByte(piece) ?? encodeURIComponent(piece));
  }
}

/** Escape what is beyond ASCII in bytes that are given as one character each. */
export function escapeBytes(bytes: string): string {
  return bytes.replace(/[\x80-\xff]/g, (byte) => escaped(byte.charCodeAt(0)));
}

function halfFor(byte: number): string {
  return String.fromCharCode(0xdc00 + byte);
}

/** The byte that half of a pair stands for. */
function byteOf(piece: string): Buffer | undefined {
  return LONE_BYTE.test(piece) ? Buffer.of(piece.charCodeAt(0) - 0xdc00) : undefined;
}

/** The escape for the half of a pair that stands for a byte. */
function escapedByte(piece: string): string | undefined {
  const code = piece.charCodeAt(0);
  if (!/^\p{Cs}$/u.test(piece)) return undefined;
  return code >= 0xdc80 && code <= 0xdcff ? escaped(code - 0xdc00) : "%EF%BF%BD";
}

function escaped(byte: number): string {
  return `%${byte.toString(16).toUpperCase()}`;
}

// The order of texts in what the adapter makes, and their lengths where an order depends on them.

/** Compare texts as bytes would be, for an order that does not depend on the language. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const UTF8 = new TextEncoder();

/** The length of a text in bytes, which is how Go counts. */
export function byteLength(text: string): number {
  return /^[\x00-\x7f]*$/.test(text) ? text.length : UTF8.encode(text).length;
}

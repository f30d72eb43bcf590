// The order of texts in what the adapter makes.

/** Compare texts as bytes would be, for an order that does not depend on the language. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

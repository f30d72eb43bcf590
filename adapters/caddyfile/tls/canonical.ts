// Values as texts that are the same for equal values, to find equal ones without comparing all.

import type { Json } from "../../../src/document/index.js";

/** A value as JSON, with the keys of each object in their order. */
export function canonical(value: Json): string {
  return JSON.stringify(value, (_, inner: Json) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    const entries = Object.entries(inner);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

// Making the objects of the document, as Caddy writes them: what has no value is left out.

import type { Json, JsonObject } from "../../src/document/index.js";

/**
 * An object of the fields that say something. Left out are undefined, `""`, 0, false, and empty
 * lists and objects, as their absence means the same. What must stay is set on the result, or is
 * one of the `kept` fields, of which only those that are undefined are left out.
 */
export function omitEmpty(
  fields: Readonly<Record<string, Json | undefined>>,
  kept: readonly string[] = [],
): JsonObject {
  const object: Record<string, Json> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value === undefined) continue;
    if (!isEmpty(value) || kept.includes(key)) object[key] = value;
  }
  return object;
}

/** An object of names that a person wrote, any of which may be `__proto__`. */
export function objectOf(entries: Iterable<readonly [string, Json]>): JsonObject {
  return Object.fromEntries(entries);
}

function isEmpty(value: Json): boolean {
  if (value === null || typeof value !== "object") return !value;
  for (const _ in value) return false;
  return true;
}

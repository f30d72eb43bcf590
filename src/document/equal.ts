// Equality of content. The order of keys does not count; identity is the short cut everywhere.

import { isArray, isContainer, type Json, type JsonObject } from "./json.js";

/** Whether two values have the same content. */
export function equal(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (!isContainer(a) || !isContainer(b)) return false;
  if (isArray(a)) {
    if (!isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!equal(a[i] as Json, b[i] as Json)) return false;
    return true;
  }
  return !isArray(b) && equalObjects(a as JsonObject, b as JsonObject);
}

function equalObjects(a: JsonObject, b: JsonObject): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(b, key) || !equal(a[key] as Json, b[key] as Json)) return false;
  }
  return true;
}

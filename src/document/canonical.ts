// Content without its accidents: what two equal values have in common whatever the order of their
// keys. A text to hash for the outside, and a number that is quick to make for the inside.

import { isArray, isObject, type Json, type JsonArray, setKey } from "./json.js";

/** The JSON text of a value with keys sorted: equal values have equal texts, others have not. */
export function canonicalText(value: Json): string {
  return JSON.stringify(sorted(value));
}

/** A 32-bit number that equal values have in common; others seldom do. */
export function fingerprint(value: Json): number {
  if (isArray(value)) {
    let sum = 7;
    for (const element of value) sum = (Math.imul(sum, 31) + fingerprint(element)) | 0;
    return sum;
  }
  if (!isObject(value)) return textPrint(typeof value === "string" ? value : `${value}`, 1);
  let sum = 11;
  for (const key of Object.keys(value)) {
    // Added up, so that the order of keys does not count; mixed first, so that their pairing does.
    const pair = textPrint(key, 3) ^ Math.imul(fingerprint(value[key] as Json), 0x9e3779b1);
    sum = (sum + Math.imul(pair ^ (pair >>> 15), 0x85ebca6b)) | 0;
  }
  return sum;
}

/** FNV-1a over UTF-16 units. */
function textPrint(text: string, seed: number): number {
  let sum = seed;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return sum;
}

/** A value with sorted keys; what is in order already is not copied. */
function sorted(value: Json): Json {
  if (isArray(value)) return sortedElements(value);
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  let same = isInOrder(keys);
  if (!same) keys.sort();
  const made: Record<string, Json> = {};
  for (const key of keys) {
    const child = sorted(value[key] as Json);
    if (child !== value[key]) same = false;
    setKey(made, key, child);
  }
  return same ? value : made;
}

function isInOrder(keys: readonly string[]): boolean {
  for (let i = 1; i < keys.length; i++) {
    if ((keys[i - 1] as string) > (keys[i] as string)) return false;
  }
  return true;
}

function sortedElements(value: JsonArray): JsonArray {
  let copy: Json[] | undefined;
  for (let i = 0; i < value.length; i++) {
    const element = sorted(value[i] as Json);
    if (element === value[i]) continue;
    copy ??= value.slice();
    copy[i] = element;
  }
  return copy ?? value;
}

// The document is a JSON value that nobody changes. This file says what such a value is, and makes
// one from text: bounded in size and depth, valid UTF-8, every key an ordinary key, frozen.

import { endOfDepth, faultOf } from "./fault.js";
import { ParseError } from "./issue.js";

/** Any JSON value. Never changed in place: an edit makes a new one that shares what it kept. */
export type Json = null | boolean | number | string | JsonArray | JsonObject;
/** A JSON array, read only. */
export type JsonArray = readonly Json[];
/** A JSON object, read only. Look keys up with `childOf`: any name may be a key. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** How deep a document may nest before it is refused (levels). */
export const MAX_DEPTH = 1000;
const TOO_DEEP = `nested deeper than ${MAX_DEPTH} levels`;
/** How large a document's text may be before it is refused (bytes). */
export const MAX_BYTES = 100 * 1024 * 1024;

/**
 * Arrays longer than this are not frozen: V8 keeps frozen arrays in a representation that makes
 * copying and comparing them ten times slower, and they are what an edit has to copy.
 */
const FREEZE_UP_TO = 1024;

/** Whether a value is a JSON object (and not an array or null). */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a JSON array. */
export function isArray(value: Json | undefined): value is JsonArray {
  return Array.isArray(value);
}

/** Whether a value can hold other values. */
export function isContainer(value: Json | undefined): value is JsonArray | JsonObject {
  return typeof value === "object" && value !== null;
}

/** Parse JSON text into a frozen value. Throws `ParseError` with line and column. */
export function parseJson(text: string): Json {
  // `JSON.parse` takes its time over nesting without end, so it is not given what is too deep.
  const end = endOfDepth(text, MAX_DEPTH);
  let value: unknown;
  try {
    value = JSON.parse(end < text.length ? text.slice(0, end) : text);
  } catch (cause) {
    throw syntaxError(text, end, cause instanceof Error ? cause.message : String(cause));
  }
  try {
    return freeze(value as Json);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new ParseError(error.reason, lineAndColumn(text, faultOf(text, MAX_DEPTH)));
  }
}

/**
 * Freeze a value and all it holds. Throws `ParseError` when it nests deeper than `MAX_DEPTH`, or
 * holds a number that JSON cannot write, such as what becomes of 1e400.
 */
export function freeze(value: Json, depth = 0): Json {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new ParseError("a number is out of range");
  }
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (depth >= MAX_DEPTH) throw new ParseError(TOO_DEEP);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) freeze(value[i], depth + 1);
    return value.length > FREEZE_UP_TO ? value : Object.freeze(value);
  }
  for (const key of Object.keys(value)) freeze((value as JsonObject)[key] as Json, depth + 1);
  return Object.freeze(value);
}

/** The frozen array of these items; the caller hands its array over. */
export function frozenArray(items: Json[]): JsonArray {
  return items.length > FREEZE_UP_TO ? items : Object.freeze(items);
}

/** Set a key on an object under construction: `__proto__` is a key like others. */
export function setKey(target: Record<string, Json>, key: string, value: Json): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else target[key] = value;
}

/** Whether containers stand in each other at most `levels` deep. */
export function nestsWithin(value: Json, levels: number): boolean {
  if (!isContainer(value)) return levels >= 0;
  if (levels <= 0) return false;
  for (const child of isArray(value) ? value : Object.values(value)) {
    if (!nestsWithin(child, levels - 1)) return false;
  }
  return true;
}

/**
 * Turn what `JSON.parse` said into an error with a line and a column of the text, of which it read
 * what stands before `end`. When that was in order, the text nests too deep there.
 */
function syntaxError(text: string, end: number, message: string): ParseError {
  const offset = offsetOf(message, text, end);
  if (offset >= end && end < text.length) {
    return new ParseError(TOO_DEEP, lineAndColumn(text, end));
  }
  const reason = message
    .replace(/ (?:in|after) JSON at position [^"]*$/, "")
    .replace(/, (?:\.{3})?".*$/s, "");
  return new ParseError(reason, lineAndColumn(text, offset));
}

function offsetOf(message: string, text: string, end: number): number {
  const at = /at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(message);
  if (at) return Number(at[1]);
  return message.endsWith("end of JSON input") ? end : faultOf(text, MAX_DEPTH);
}

/** The 1-based line and column of an offset into a text (in UTF-16 units). */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const end = Math.min(offset, text.length);
  let line = 1;
  let start = 0;
  for (let at = text.indexOf("\n"); at !== -1 && at < end; at = text.indexOf("\n", at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: end - start + 1 };
}

// Conditional requests (RFC 9110, 13): whether the client's copy still holds, and whether its range
// still belongs to the file that is there now.

import type { HeaderMap } from "../headers.js";
import { parseHttpDate } from "./httpdate.js";

/** What the conditions are checked against. */
export interface Validators {
  /** The entity tag in its quotes; undefined when there is none. */
  readonly etag: string | undefined;
  /** When the file was modified, in seconds since 1970; undefined when that means nothing. */
  readonly modified: number | undefined;
}

/** What a GET or HEAD with conditions comes to. */
export type Verdict = "send" | "not modified" | "failed";

const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

/** Evaluate a GET's or HEAD's conditions in the order that section 13.2.2 gives. */
export function evaluate(request: HeaderMap, validators: Validators): Verdict {
  const { etag, modified } = validators;
  const match = list(request, "if-match");
  if (match !== undefined) {
    if (!lists(match, (tag) => strongMatch(tag, etag))) return "failed";
  } else if (isAfter(modified, dateOf(request, "if-unmodified-since"))) return "failed";

  const noneMatch = list(request, "if-none-match");
  if (noneMatch !== undefined) {
    return lists(noneMatch, (tag) => weakMatch(tag, etag)) ? "not modified" : "send";
  }
  const since = dateOf(request, "if-modified-since");
  if (since === undefined || modified === undefined) return "send";
  return modified <= since ? "not modified" : "send";
}

/** The Range field, unless If-Range says that it was meant for another version of the file. */
export function applicableRange(request: HeaderMap, validators: Validators): string | undefined {
  const range = request.get("range");
  const condition = range === undefined ? undefined : request.get("if-range")?.trim();
  if (condition === undefined || condition === "") return range;

  if (condition.includes('"')) {
    return strongMatch(condition, validators.etag) ? range : undefined;
  }
  const date = parseHttpDate(condition);
  return date !== undefined && date === validators.modified ? range : undefined;
}

/** A list field as one text; undefined when absent or empty. */
function list(request: HeaderMap, name: string): string | undefined {
  const values = request.values(name);
  if (values.length === 0) return undefined;
  const text = values.join(", ").trim();
  return text === "" ? undefined : text;
}

/** Whether a list of entity tags is `*`, or holds one that matches. */
function lists(text: string, matches: (tag: string) => boolean): boolean {
  if (text.startsWith("*")) return true;
  for (const [tag] of text.matchAll(TAG)) if (matches(tag)) return true;
  return false;
}

/** Byte for byte the same content: weak tags never promise that. */
function strongMatch(tag: string, etag: string | undefined): boolean {
  return tag === etag && !tag.startsWith("W/");
}

function weakMatch(tag: string, etag: string | undefined): boolean {
  return etag !== undefined && opaque(tag) === opaque(etag);
}

function opaque(tag: string): string {
  return tag.startsWith("W/") ? tag.slice(2) : tag;
}

function dateOf(request: HeaderMap, name: string): number | undefined {
  const text = request.get(name);
  return text === undefined ? undefined : parseHttpDate(text.trim());
}

function isAfter(modified: number | undefined, date: number | undefined): boolean {
  return modified !== undefined && date !== undefined && modified > date;
}

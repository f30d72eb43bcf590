// Entity tags of compressed answers. A strong tag stands for bytes, so an answer that is compressed
// needs another than the one that is not (RFC 9110, 8.8.3.3): the coding's name is put behind it.
// Those who made the tag know nothing of that, and get it back as they made it.

import type { HeaderMap } from "../headers.js";

const STRONG = /^"[^"]*"$/;

/** Mark the tag of an answer that is compressed. A weak one stands for any coding. */
export function markTag(headers: HeaderMap, coding: string): void {
  const tag = headers.get("etag");
  if (tag !== undefined && STRONG.test(tag)) headers.set("Etag", marked(tag, coding));
}

/**
 * Add to the tags that a client has each without its mark. A tag as it came stays, since somebody
 * behind us may mark tags in the same way.
 */
export function unmarkTags(headers: HeaderMap, method: string, coding: string): void {
  unmark(headers, "If-None-Match", coding);
  // A client that asks for parts may put together only bytes of one coding.
  if (method !== "GET" && method !== "HEAD") unmark(headers, "If-Match", coding);
}

function unmark(headers: HeaderMap, field: string, coding: string): void {
  const values = headers.values(field);
  if (!values.some((value) => value.includes(`-${coding}"`))) return;
  const mark = new RegExp(`(W/)?"([^"]*)-${coding}"`, "g");
  headers.set(
    field,
    values.map((value) => value.replace(mark, '$&, $1"$2"')),
  );
}

/**
 * Mark the tag of an answer that says the client's copy holds, if that copy is the compressed one:
 * a cache renews the copy that has this very tag (RFC 9111, 4.3.4).
 */
export function markRenewed(headers: HeaderMap, asked: HeaderMap, coding: string): void {
  const tag = headers.get("etag");
  if (tag === undefined || !STRONG.test(tag)) return;
  const copy = marked(tag, coding);
  const hasCopy = asked.values("if-none-match").some((value) => value.includes(copy));
  if (hasCopy) headers.set("Etag", copy);
}

function marked(tag: string, coding: string): string {
  return `${tag.slice(0, -1)}-${coding}"`;
}

// Conditional requests: the ETags that a client sends back, as guards on a change or as a reason to
// answer 304. An ETag names a path and a hash, so any scope can be the guard of any change.

import type { Guard } from "../control/index.js";
import { type Path, parsePath } from "../document/index.js";
import { AdminError } from "./failure.js";

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The guards of a write to `path`. All must hold. */
export function guardsOf(headers: Headers, path: Path): readonly Guard[] {
  const guards: Guard[] = [];
  const match = headers["if-match"];
  if (typeof match === "string") {
    if (match.trim() === "*") guards.push({ path, exists: true });
    else guards.push(...tagsOf(match).map(guardOf));
  }
  const noneMatch = headers["if-none-match"];
  if (typeof noneMatch === "string") {
    if (noneMatch.trim() !== "*") throw new AdminError(400, "If-None-Match on a write must be *");
    guards.push({ path, exists: false });
  }
  return guards;
}

/** Whether a reader has what `etag` stands for already. */
export function isKnown(headers: Headers, etag: string): boolean {
  const noneMatch = headers["if-none-match"];
  if (typeof noneMatch !== "string") return false;
  if (noneMatch.trim() === "*") return true;
  return noneMatch.split(/,\s*(?=W\/|")/).some((tag) => tag.trim().replace(/^W\//, "") === etag);
}

/** An ETag as a header can carry it: keys may hold anything, field values may not. */
export function headerEtag(etag: string): string {
  const inner = etag.slice(1, -1);
  const space = inner.lastIndexOf(" ");
  const path = inner.slice(0, space).replace(/\p{Surrogate}/gu, "\uFFFD");
  return `"${path.replace(/[^\x21\x23-\x2b\x2d-\x7e]/gu, encodeURIComponent)}${inner.slice(space)}"`;
}

/** The ETags of a comma list, without their quotes. */
function tagsOf(header: string): readonly string[] {
  const list = /^\s*"[^"]*"\s*(,\s*"[^"]*"\s*)*$/;
  if (!list.test(header)) {
    throw new AdminError(400, 'If-Match takes * or quoted ETags, as in "/config/apps 1f3a"');
  }
  return [...header.matchAll(/"([^"]*)"/g)].map(([, inner]) => inner as string);
}

function guardOf(tag: string): Guard {
  const fields = tag.split(" ").filter((field) => field !== "");
  const [scope, hash] = fields;
  if (fields.length !== 2 || scope === undefined || hash === undefined) {
    throw new AdminError(400, `malformed ETag "${tag}": wanted a path, a space and a hash`);
  }
  return { path: parsePath(scope.replace(/^\/config(?=\/|$)/, "")), hash };
}

// Paths made comparable. A request may write the same path in many ways, and a matcher that guards
// something must see through all of them: dot segments, doubled slashes, upper case.

import type { Exchange } from "../exchange.js";

/** The path that `path` patterns, and indexes made of them, are compared with. */
export function comparablePath(exchange: Exchange): string {
  return foldCase(cleanPath(exchange.path, true));
}

/**
 * Resolve `.` and `..`, and merge doubled slashes if asked to. A slash at the end stays; nothing
 * climbs above the root.
 */
export function cleanPath(path: string, mergeSlashes: boolean): string {
  if (isClean(path, mergeSlashes)) return path;
  const root = path.startsWith("/") ? "/" : "";
  const segments = path.slice(root.length).split("/");
  const closing = segments.at(-1) === "" ? segments.pop() : undefined;

  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (segment !== "." && !(segment === "" && mergeSlashes)) kept.push(segment);
  }
  const cleaned = root + kept.join("/");
  return closing === undefined || kept.length === 0 ? cleaned : `${cleaned}/`;
}

/** As `cleanPath`, for a path that is still percent-encoded: `%2e%2e` is `..` too. */
export function cleanEscapedPath(path: string, mergeSlashes: boolean): string {
  const dotted = path.includes("%2")
    ? path.replace(/(?<![^/])(?:\.|%2e){1,2}(?![^/])/gi, (dots) => dots.replace(/%2e/gi, "."))
    : path;
  return cleanPath(dotted, mergeSlashes);
}

/**
 * Lower case, such that two texts that differ in case alone become the same, wherever they are
 * cut: where the lower case of a letter depends on its neighbours, or is two, one form is taken.
 */
export function foldCase(text: string): string {
  const lower = text.toLowerCase();
  if (!lower.includes("ς") && !lower.includes("i\u0307")) return lower;
  return lower.replaceAll("ς", "σ").replaceAll("i\u0307", "i");
}

/** Spares nearly all requests the splitting and joining. */
function isClean(path: string, mergeSlashes: boolean): boolean {
  return path.startsWith("/") && !path.includes("/.") && !(mergeSlashes && path.includes("//"));
}

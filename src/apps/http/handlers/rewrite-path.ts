// Paths under rewriting. A path is kept twice, decoded and percent-encoded, and both must go on
// saying the same: what the encoding of a part was matters to whoever gets the request next.

import { percentDecode } from "../percent.js";
import { pathEscape, wireQuery } from "../placeholders/text.js";
import { escapedPath, isSendable, type Target } from "../target.js";

/** The target with a path that was written by hand: what is no valid escape is taken literally. */
export function withPath(target: Target, path: string): Target {
  const decoded = percentDecode(path) ?? path;
  return rooted(target, decoded, pathEscape(decoded));
}

/** The target with its escaped path changed. */
export function changePath(target: Target, change: (path: string) => string): Target {
  const before = escapedPath(target);
  const raw = change(before);
  if (raw === before && raw === target.rawPath) return target;
  const decoded = percentDecode(raw) || change(target.path);
  const isEscaping = isSendable(raw) && percentDecode(raw) === decoded;
  return rooted(target, decoded, isEscaping ? raw : pathEscape(decoded));
}

/** The target with another query, fit to be sent. */
export function withQuery(target: Target, query: string): Target {
  return { ...target, query: wireQuery(query) };
}

/**
 * A path is sent with a slash at its start, whatever a rewrite made of it. An escaped one counts: in
 * front of it another would make two of the decoded path, which names something else.
 */
function rooted(target: Target, path: string, rawPath: string): Target {
  if (path === "") return { ...target, path, rawPath: "/" };
  if (path.startsWith("/")) return { ...target, path, rawPath };
  return { ...target, path: `/${path}`, rawPath: `/${rawPath}` };
}

/**
 * The pattern of a prefix or suffix in an escaped path. What the affix escapes must be escaped in the
 * path; what a prefix writes plainly may be, but not what a suffix does, as in Caddy. Each character
 * has one way to match, so it takes one pass.
 */
export function affixPattern(affix: string, side: "start" | "end"): RegExp {
  const units = affix.match(/%[0-9a-f]{2}|[\s\S]/giu) ?? [];
  const isPlain = (unit: string) => unit.length === 3 || (side === "end" && unit <= "\x7f");
  const body = units.map((unit) => (isPlain(unit) ? quote(unit) : anyForm(unit))).join("");
  return new RegExp(side === "start" ? `^${body}` : `${body}$`, "i");
}

/** A character, plain or escaped, in either case. */
function anyForm(char: string): string {
  const cases = new Set([char.toLowerCase(), char.toUpperCase()]);
  return `(?:${[quote(char), ...[...cases].map(escaped)].join("|")})`;
}

function escaped(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Replace a text, at most `limit` times; zero or less is every time. */
export function replaceText(text: string, find: string, by: string, limit: number): string {
  if (limit <= 0) return text.replaceAll(find, () => by);
  const parts = text.split(find);
  const head = parts.slice(0, limit + 1).join(by);
  return [head, ...parts.slice(limit + 1)].join(find);
}

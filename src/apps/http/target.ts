// The target of a request: its path, decoded and as it came, and its query.

import { HttpError } from "./http-error.js";
import { escapeBytes, percentDecode } from "./percent.js";
import { pathEscape } from "./placeholders/text.js";

/** A request target taken apart, as Go's `url.URL` has it. */
export interface Target {
  /** The decoded path. */
  readonly path: string;
  /** The path as it came, percent-encoded. */
  readonly rawPath: string;
  /** The query without its question mark. */
  readonly query: string;
  /** Whether there is a question mark although the query is empty: that is another resource. */
  readonly bareMark?: boolean;
}

/** Take a request target apart (RFC 9112, 3.2). */
export function parseTarget(url: string): Target {
  const origin = url.startsWith("/") ? url : originForm(url);
  const text = NOT_ASCII.test(origin) ? escapeBytes(origin) : origin;
  const mark = text.indexOf("?");
  const rawPath = mark < 0 ? text : text.slice(0, mark);
  const query = mark < 0 ? "" : text.slice(mark + 1);
  const path = percentDecode(rawPath);
  if (path === undefined) throw new HttpError(400, "the path is not valid percent-encoding");
  const target = { path, rawPath, query };
  return mark === text.length - 1 ? { ...target, bareMark: true } : target;
}

/**
 * The host and port that a target names itself, as one in absolute form does; empty for others.
 * They count, not the Host field (RFC 9112, 3.2.2). Whoever the target is meant to log in is nobody.
 */
export function authorityOf(url: string): string {
  if (url.startsWith("/")) return "";
  const authority = ABSOLUTE.exec(url)?.[1] ?? "";
  return authority.slice(authority.lastIndexOf("@") + 1);
}

/** A request target as a request line has it, with everything escaped that has to be. */
export function printTarget(target: Target): string {
  const { query, bareMark } = target;
  const path = escapedPath(target) || "/";
  return query === "" && !bareMark ? path : `${path}?${query}`;
}

/** What may stand in a path as it is sent. Anything else is escaped anew. */
const SENDABLE = /^(?:[\w!$&'()*+,;=:@[\]~./-]|%[0-9a-f]{2})*$/i;

/** Whether an escaped path may stand in a request line as it is. */
export function isSendable(rawPath: string): boolean {
  return SENDABLE.test(rawPath);
}

/** The path with everything escaped that has to be; empty for one that was stripped of everything. */
export function escapedPath({ path, rawPath }: Target): string {
  if (path === "") return "";
  return isSendable(rawPath) ? rawPath : pathEscape(path);
}

/** What some read in one way and some in another: `;` as a separator, escapes that are broken. */
const AMBIGUOUS = /;|%(?![0-9a-f]{2})/i;

/** Whether everybody reads the same parameters in a query. */
export function isWellFormed(query: string): boolean {
  return !AMBIGUOUS.test(query);
}

/** Parameters by name; each may have several values. */
export type Query = ReadonlyMap<string, readonly string[]>;

/** The parameters of a query; those that are not well formed are not among them. */
export function parseQuery(query: string): Query {
  const parameters = new Map<string, string[]>();
  for (const part of query.split("&")) {
    if (part === "" || !isWellFormed(part)) continue;
    const equals = part.indexOf("=");
    const name = decodeParameter(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? "" : decodeParameter(part.slice(equals + 1));
    const values = parameters.get(name);
    if (values === undefined) parameters.set(name, [value]);
    else values.push(value);
  }
  return parameters;
}

function decodeParameter(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  return percentDecode(spaced) ?? spaced;
}

/** Bytes that ought to have been escaped; node gives each as one character. */
const NOT_ASCII = /[\x80-\xff]/;

/** A target in absolute form: its authority, and what follows. */
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)([^#]*)/i;

/** `http://host/path` and `*` as a path. */
function originForm(url: string): string {
  if (url === "*") return url;
  const absolute = ABSOLUTE.exec(url);
  if (!absolute) throw new HttpError(400, "the request target is not a path");
  const rest = absolute[2] ?? "";
  return rest.startsWith("/") ? rest : `/${rest}`;
}

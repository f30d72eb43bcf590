// The target of a request: its path, decoded and as it came, and its query.

import { HttpError } from "./http-error.js";

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
  const text = url.startsWith("/") ? url : originForm(url);
  const origin = NOT_ASCII.test(text) ? fromBytes(text) : text;
  const mark = origin.indexOf("?");
  const rawPath = mark < 0 ? origin : origin.slice(0, mark);
  const query = mark < 0 ? "" : origin.slice(mark + 1);
  const target = { path: decodePath(rawPath), rawPath, query };
  return mark === origin.length - 1 ? { ...target, bareMark: true } : target;
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

/** A request target as a request line has it. */
export function printTarget({ rawPath, query, bareMark }: Target): string {
  const path = rawPath || "/";
  return query === "" && !bareMark ? path : `${path}?${query}`;
}

/** What some read in one way and some in another: `;` as a separator, escapes that are broken. */
const AMBIGUOUS = /;|%(?![0-9a-f]{2})/i;

/** Whether everybody reads the same parameters in a query. */
export function isWellFormed(query: string): boolean {
  return !AMBIGUOUS.test(query);
}

/** The parameters of a query; those that are not well formed are not among them. */
export function parseQuery(query: string): URLSearchParams {
  const clear = isWellFormed(query) ? query : query.split("&").filter(isWellFormed).join("&");
  // The question mark keeps the parser from taking one that belongs to the query for its own.
  return new URLSearchParams(`?${clear}`);
}

const NOT_ASCII = /[\x80-\xff]/;

/** Node gives the bytes of a request line as so many characters; most often they are UTF-8. */
function fromBytes(text: string): string {
  return Buffer.from(text, "latin1").toString("utf8");
}

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

function decodePath(raw: string): string {
  if (!raw.includes("%")) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    return decodeBytes(raw);
  }
}

/** Escapes that are not UTF-8 are bytes all the same; only malformed ones are refused. */
function decodeBytes(raw: string): string {
  if (/%(?![0-9a-f]{2})/i.test(raw)) {
    throw new HttpError(400, "the path is not valid percent-encoding");
  }
  const bytes = raw.replace(/%([0-9a-f]{2})/gi, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return fromBytes(bytes);
}

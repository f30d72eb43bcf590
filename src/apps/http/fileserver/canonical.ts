// One address for each file: directories end in a slash, files do not. Otherwise relative links in
// a page would lead elsewhere. The client's own target decides, not what rewrites made of it.

import { posix } from "node:path";
import type { Exchange } from "../exchange.js";
import { parseTarget, type Target } from "../target.js";

/**
 * Where to redirect a request for a directory's index, or for a file; undefined when it is right as
 * it stands. A rewrite to another file name is taken at its word: redirecting would undo it.
 */
export function canonicalLocation(exchange: Exchange, isIndex: boolean): string | undefined {
  const asked = originalTarget(exchange);
  if (asked.path.endsWith("/") === isIndex) return undefined;
  if (posix.basename(asked.path) !== posix.basename(exchange.path)) return undefined;

  const path = isIndex ? `${asked.rawPath}/` : asked.rawPath.replace(/(?:\/|%2f)$/i, "");
  if (path === "") return undefined;
  return safeReference(asked.query === "" ? path : `${path}?${asked.query}`);
}

/** The target before any rewrite. */
function originalTarget(exchange: Exchange): Target {
  return exchange.version === 0 ? exchange.target : parseTarget(exchange.request.url ?? "/");
}

/**
 * A reference that stays on this host, whoever reads it. Browsers take `//host` and `/\host` for
 * another host, and drop tabs and line ends first.
 */
function safeReference(reference: string): string {
  const visible = reference.replace(/[^!-~]/g, percentEncoded);
  return visible.replace(/^[/\\]+/, "/").replaceAll("\\", "%5C");
}

/** Node hands over each byte of a target as one character. */
function percentEncoded(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

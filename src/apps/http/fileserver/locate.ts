// From a request's path to a file below the root: nothing that a client writes leads out of it.
// Symbolic links are followed, as in Caddy: a root is a place to serve from, not a sandbox.

import { resolve, sep } from "node:path";
import { type Exchange, HttpError } from "../exchange.js";
import { cleanPath } from "../matchers/clean.js";
import { respelled } from "../percent.js";
import { compileTemplate, type Globals } from "../placeholders.js";
import { isAbsent } from "./faults.js";
import type { Files, Found } from "./files.js";
import type { Hidden } from "./hide.js";

/** Names that no file has; where `\` separates folders, it and drive letters would lead elsewhere. */
const IMPOSSIBLE = sep === "/" ? /\0/ : /[\0\\:]/;
/** Halves of characters that stand for no byte; where names are no bytes, none does. */
const NO_NAME = sep === "/" ? /[\ud800-\udc7f\udd00-\udfff]/u : /\p{Cs}/u;

/** Where to look for files. */
export interface Site {
  /** The root, absolute, for a request. */
  readonly root: (exchange: Exchange) => string;
  /** The names to try in a directory. */
  readonly indexes: readonly ((exchange: Exchange) => string)[];
  readonly hidden: Hidden;
}

/** The file for a request. */
export interface Located {
  readonly file: Found;
  /** The request named the directory that this file is the index of. */
  readonly isIndex: boolean;
}

/** Compile a root. When the request fills it with nothing, it is the current directory. */
export function compileRoot(root: string, globals: Globals): Site["root"] {
  const template = compileTemplate(root, globals, "empty");
  if (template.constant !== undefined) {
    const fixed = resolve(template.constant);
    return () => fixed;
  }
  // Nearly every request fills it with the same text as the one before.
  let filled = "";
  let resolved = resolve(filled);
  return (exchange) => {
    const text = template.fill(exchange);
    if (text !== filled) {
      if (text.includes("\0")) throw new HttpError(400, "the root cannot be that of files");
      resolved = resolve(text);
      filled = text;
    }
    return resolved;
  };
}

/** The names of index files when a config has none. */
export const USUAL_INDEXES: Site["indexes"] = [() => "index.html", () => "index.txt"];

/** Compile the names of index files. */
export function compileIndexes(names: readonly string[], globals: Globals): Site["indexes"] {
  return names.map((name) => {
    const template = compileTemplate(name, globals, "empty");
    return (exchange) => template.constant ?? template.fill(exchange);
  });
}

/** Find a request's file; undefined when there is none to serve, or it is hidden. */
export async function locate(
  exchange: Exchange,
  site: Site,
  files: Files,
): Promise<Located | undefined> {
  if (NO_NAME.test(exchange.path)) return undefined;
  const found = await lookAt(files, fileFor(site.root(exchange), exchange.path));
  if (found === undefined) return undefined;
  const file = found.isDirectory ? await findIndex(exchange, found.path, site, files) : found;
  if (!file?.isFile || site.hidden(file.path, exchange)) return undefined;
  return { file, isIndex: found.isDirectory };
}

/**
 * The first index there is. A name may be a path; it cannot leave the directory either. One that
 * cannot be looked at does not keep the next from being tried, but is told when there is no other.
 */
async function findIndex(
  exchange: Exchange,
  directory: string,
  site: Site,
  files: Files,
): Promise<Found | undefined> {
  const failures: unknown[] = [];
  for (const index of site.indexes) {
    const path = fileFor(directory, index(exchange));
    if (site.hidden(path, exchange)) continue;
    try {
      const found = await lookAt(files, path);
      if (found?.isFile) return found;
    } catch (failure) {
      failures.push(failure);
    }
  }
  if (failures.length > 0) throw failures[0];
  return undefined;
}

/** Join a directory and a path made by a client, with every `..` resolved below the directory. */
export function fileFor(directory: string, path: string): string {
  if (IMPOSSIBLE.test(path)) throw new HttpError(400, "the path cannot be that of a file");
  return below(directory, namedBy(path));
}

/** Whether a path can be that of a file at all. */
export function canBeName(path: string): boolean {
  return !IMPOSSIBLE.test(path) && !NO_NAME.test(path);
}

/** A path as a name below a directory, with a slash at its start and none at its end. */
export function namedBy(path: string): string {
  const clean = cleanPath(path.startsWith("/") ? path : `/${path}`, true);
  return clean.endsWith("/") ? clean.slice(0, -1) : clean;
}

/**
 * Where such a name is on disk. Bytes that are characters only together are those characters: rules
 * on what is hidden see the name that the system will see.
 */
export function below(directory: string, name: string): string {
  const above = directory.endsWith(sep) ? directory.slice(0, -1) : directory;
  return respelled(`${above}${sep === "/" ? name : name.replaceAll("/", sep)}`) || sep;
}

async function lookAt(files: Files, path: string): Promise<Found | undefined> {
  try {
    return await files.look(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

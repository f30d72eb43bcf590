// One entry of `try_files`: the files that it names below a root, in order. Nearly all name one file
// and hold no pattern; their text is joined to the root and nothing is read. What a request brings
// is never a pattern, nor does it lead out of the root.

import type { Context } from "../../../engine/index.js";
import type { Exchange } from "../exchange.js";
import { compileGlob } from "../fileserver/glob.js";
import { below, canBeName, namedBy } from "../fileserver/locate.js";
import { escapePattern, isPattern, unescapePattern, visitFitting } from "../fileserver/now.js";
import { meaningOf } from "../placeholders/names.js";
import { compileTemplate, compileWith, type Globals, type Read } from "../placeholders.js";

/** What compiling an entry takes. */
export type Compiling = Pick<Context, "env" | "clock" | "log">;

/** A file or a directory that a request may be about. */
export interface Candidate {
  /** Where it is on disk. */
  readonly path: string;
  /** Below the root: with a slash at its start, and at its end if a directory is wanted. */
  readonly relative: string;
  readonly isDirectory: boolean;
  /** What followed it in the text that named it. */
  readonly remainder: string;
}

/**
 * Visits what an entry names below `root`, until `visit` says that it is enough: that one is
 * returned.
 */
export type Entry = (
  exchange: Exchange,
  root: string,
  visit: (candidate: Candidate) => boolean,
) => Candidate | undefined;

/** Cuts a name in two, where the name of the file ends. */
export type Split = (name: string) => readonly [file: string, remainder: string];

/** Compile an entry; it wants a directory if it ends in a slash. */
export function compileEntry(text: string, split: Split, context: Compiling): Entry {
  const isDirectory = text.endsWith("/");
  const sample = sampleOf(text, context);
  if (isPattern(sample)) {
    warnOfMalformed(sample, text, context);
    return fitting(text, split, isDirectory, context);
  }

  const template = compileTemplate(text, context, "empty");
  const { constant } = template;
  if (constant === undefined) {
    return (exchange, root, visit) => {
      const filled = template.fill(exchange);
      if (!canBeName(filled)) return undefined;
      return visited(candidateFor(root, split(namedBy(filled)), isDirectory), visit);
    };
  }
  if (!canBeName(constant)) return () => undefined;
  const parts = split(namedBy(constant));
  return (_, root, visit) => visited(candidateFor(root, parts, isDirectory), visit);
}

/** An entry with globs in it. They are the config's: in what fills a placeholder they are text. */
function fitting(text: string, split: Split, isDirectory: boolean, globals: Globals): Entry {
  const template = compileWith(text, escapedMeanings(globals), "empty");
  return (exchange, root, visit) => {
    const filled = template.fill(exchange);
    if (!canBeName(unescapePattern(filled))) return undefined;
    const [pattern, rest] = split(namedBy(filled));
    const remainder = unescapePattern(rest);
    let found: Candidate | undefined;
    visitFitting(root, pattern, (name) => {
      found = visited(candidateFor(root, [name, remainder], isDirectory), visit);
      return found !== undefined;
    });
    return found;
  };
}

/** What names mean, as patterns. */
function escapedMeanings(globals: Globals): (name: string) => string | Read | undefined {
  return (name) => {
    const meaning = meaningOf(name, globals);
    return typeof meaning === "string" ? escapePattern(meaning) : meaning && escaping(meaning);
  };
}

function escaping(read: Read): Read {
  return (exchange) => {
    const value = read(exchange);
    return value === undefined ? undefined : escapePattern(value);
  };
}

/** An entry as it is for some request: what fills its placeholders can make no pattern of it. */
function sampleOf(text: string, globals: Globals): string {
  const { constant } = compileWith(text, (name) => meaningOf(name, globals) && "x", "empty");
  return constant ?? text;
}

/** A malformed pattern is accepted, as Caddy does, but its author should hear of it. */
function warnOfMalformed(sample: string, pattern: string, { log }: Compiling): void {
  if (sample.split("/").every((part) => compileGlob(part) !== undefined)) return;
  log.warn("a file pattern is malformed and matches nothing", { pattern });
}

function candidateFor(
  root: string,
  [name, remainder]: readonly [string, string],
  isDirectory: boolean,
): Candidate {
  const relative = isDirectory ? `${name}/` : name;
  return { path: below(root, name), relative, isDirectory, remainder };
}

function visited(
  candidate: Candidate,
  visit: (candidate: Candidate) => boolean,
): Candidate | undefined {
  return visit(candidate) ? candidate : undefined;
}

/**
 * Compile `split_path`: a name is cut after the first of the delimiters that ends one of its parts,
 * whatever its case.
 */
export function compileSplit(delimiters: readonly string[]): Split {
  const patterns = delimiters.map((text) => new RegExp(`${quoted(text)}(?=/|$)`, "i"));
  return (name) => {
    for (const pattern of patterns) {
      const found = pattern.exec(name);
      if (found === null) continue;
      const end = found.index + found[0].length;
      return [name.slice(0, end), name.slice(end)];
    }
    return [name, ""];
  };
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

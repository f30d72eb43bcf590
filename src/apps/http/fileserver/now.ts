// The disk, asked at once, for matchers: they answer yes or no and wait for nothing. The system
// answers such a question in a few microseconds from what it remembers; a thread takes ten times as
// long to be asked.

import { readdirSync, type Stats, statSync } from "node:fs";
import { textOfBytes } from "../percent.js";
import { isAbsent, isForbidden } from "./faults.js";
import { nameOf } from "./files.js";
import { compileGlob } from "./glob.js";
import { below } from "./locate.js";

/** What a pattern may hold besides the names themselves. */
const MAGIC = /[*?[\\]/;

/** What stands at a path, links followed; undefined when there is nothing, or nothing to be seen. */
export function lookNow(path: string): Stats | undefined {
  return visible(() => statSync(nameOf(path), { throwIfNoEntry: false }));
}

/**
 * Visit what fits a pattern below a directory, in the order of its bytes, until `visit` says that it
 * is enough; whether it did. A pattern is a clean path whose names may be globs. Only the folders
 * that a glob stands in are read; what is named plainly is not even looked for.
 */
export function visitFitting(
  directory: string,
  pattern: string,
  visit: (name: string) => boolean,
): boolean {
  return descend(directory, "", pattern.split("/").slice(1), visit);
}

/** Whether a text is more than the name of one file. */
export function isPattern(text: string): boolean {
  return MAGIC.test(text);
}

/** A text as a pattern that only it fits. */
export function escapePattern(text: string): string {
  return text.replace(/[*?[\\]/g, "\\$&");
}

/** The text that a pattern without globs stands for. */
export function unescapePattern(pattern: string): string {
  return pattern.replace(/\\(.)/gsu, "$1");
}

function descend(
  directory: string,
  above: string,
  parts: readonly string[],
  visit: (name: string) => boolean,
): boolean {
  let name = above;
  for (const [i, part] of parts.entries()) {
    const plain = unescapePattern(part);
    if (isPattern(part) && escapePattern(plain) !== part) {
      const rest = parts.slice(i + 1);
      return fittingIn(below(directory, name), part).some((found) =>
        descend(directory, `${name}/${found}`, rest, visit),
      );
    }
    name += `/${plain}`;
  }
  return visit(name);
}

/** The names in a folder that fit a glob, sorted; none when it is no folder, or not to be read. */
function fittingIn(folder: string, glob: string): readonly string[] {
  const fits = compileGlob(glob);
  if (fits === undefined) return [];
  const names = visible(() => readdirSync(nameOf(folder), { encoding: "latin1" })) ?? [];
  return names.sort().map(textOfBytes).filter(fits);
}

/** What the disk says. What may not be seen is not there; a disk that fails is another matter. */
export function visible<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (isAbsent(error) || isForbidden(error)) return undefined;
    throw error;
  }
}

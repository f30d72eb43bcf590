// What a config imports, from the disk. Adapters read nothing themselves; these are the two
// functions that they are handed where a text may import files.

import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { type AdaptOptions, MAX_BYTES } from "../document/index.js";

/** Reading the files that a text imports. Relative names count from the working directory. */
export const importsFromDisk: Required<Pick<AdaptOptions, "readFile" | "glob">> = {
  readFile(path) {
    const stat = statSync(path);
    // Whoever waits for a device or a pipe keeps everybody else waiting.
    if (!stat.isFile() && !stat.isDirectory()) throw new Error("it is not a file");
    if (stat.size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`);
    return decode(readFileSync(path));
  },
  glob: (pattern) => matching(pattern.split("/")).sort(),
};

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("it is not UTF-8");
  }
}

/** The paths that exist and match, step by step. */
function matching(steps: readonly string[]): string[] {
  let paths = [""];
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1;
    const found = paths.flatMap((path) =>
      isPattern(step)
        ? namesIn(path)
            .filter(nameTest(step))
            .map((name) => path + name)
        : path + step,
    );
    paths = isLast ? found.filter(exists) : found.map((path) => `${path}/`);
  }
  return paths;
}

/** Whether a name in a pattern stands for others than itself. */
export function isPattern(step: string): boolean {
  return /[*?]/.test(step);
}

/** Says which names match: `*` is any text, `?` is one character. */
export function nameTest(step: string): (name: string) => boolean {
  const source = step
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const pattern = new RegExp(`^${source}$`, "su");
  return (name) => pattern.test(name);
}

/** The names in a directory; none if there is no such directory. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory === "" ? "." : directory);
  } catch {
    return [];
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

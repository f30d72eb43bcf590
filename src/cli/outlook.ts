// Where a config may change: the names that lead to its files, and the directories in which a new
// name may come to match a pattern that it imports by.

import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { importsFromDisk, isPattern, nameTest } from "../platform/index.js";
import { namesOnTheWay, nearestTo } from "./links.js";

/** What has to be watched, and which events in it matter: a directory may hold thousands of others. */
export class Outlook {
  private constructor(
    private readonly names: ReadonlySet<string>,
    /** The patterns of names that count in a directory. */
    private readonly patterns: ReadonlyMap<string, ReadonlySet<string>>,
    /** The directories to watch, and what tells each from another that takes its place. */
    private readonly identities: ReadonlyMap<string, string>,
  ) {}

  /** The outlook on these files and patterns, as the disk is now. */
  static async on(files: readonly string[], patterns: readonly string[]): Promise<Outlook> {
    const ways = patterns.flatMap(waysOf);
    const leading = [...files, ...ways.map((way) => dirname(way))];
    const passed = (await Promise.all(leading.map(namesOnTheWay))).flat();
    const names = new Set(await Promise.all(passed.map(nearestTo)));
    const counting = new Map<string, Set<string>>();
    for (const way of ways) {
      const directory = (await namesOnTheWay(dirname(way))).at(-1) as string;
      counting.set(directory, (counting.get(directory) ?? new Set()).add(basename(way)));
    }
    const identities = new Map<string, string>();
    const above = [...names].map((name) => dirname(name));
    for (const directory of new Set([...above, ...counting.keys()])) {
      const found = await stat(directory).catch(() => undefined);
      if (found !== undefined) identities.set(directory, `${found.ino} ${found.birthtimeMs}`);
    }
    return new Outlook(names, counting, identities);
  }

  /** The directories to watch. */
  get directories(): readonly string[] {
    return [...this.identities.keys()];
  }

  /** Whether what happens to a path matters. */
  includes(path: string): boolean {
    if (this.names.has(path)) return true;
    const patterns = [...(this.patterns.get(dirname(path)) ?? [])];
    return patterns.some((pattern) => nameTest(pattern)(basename(path)));
  }

  /** Whether another outlook is on the same. */
  equals(other: Outlook): boolean {
    return this.key === other.key;
  }

  private get key(): string {
    const patterns = [...this.patterns].map(([directory, counting]) => [directory, ...counting]);
    return JSON.stringify([[...this.names], patterns, [...this.identities]]);
  }
}

/**
 * The steps in which a pattern is followed, each a path whose last part is a pattern or a name: of
 * `sites/*\/app`, that is `sites/*`, and `sites/a/app` for each directory `a` that is there.
 */
function waysOf(pattern: string): string[] {
  const parts = pattern.split("/");
  const first = parts.findIndex(isPattern);
  const [head, tail] = [parts.slice(0, first + 1).join("/"), parts.slice(first + 1)];
  if (first === -1 || tail.length === 0) return [resolve(pattern)];
  const below = importsFromDisk.glob(head).flatMap((path) => waysOf([path, ...tail].join("/")));
  return [resolve(head), ...below];
}

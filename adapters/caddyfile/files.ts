// The files that a site is written in: the Caddyfile, and what it imports.

import { compare } from "./compare.js";
import type { ServerBlock } from "./syntax/blocks.js";
import { joinPath } from "./syntax/imports.js";
import type { Origin } from "./syntax/token.js";

/** Tells the files that blocks came from. Most came from the one that is adapted. */
export class FilesOfBlocks {
  private readonly paths = new Map<string, readonly string[]>();

  /** The paths of the files that the lines of a block came from, sorted. */
  of({ segments }: ServerBlock): readonly string[] {
    const files = new Set<string>();
    let last: Origin | undefined;
    for (const segment of segments) {
      for (const { origin } of segment) {
        if (origin !== last) files.add(origin.source.file);
        last = origin;
      }
    }
    const key = [...files].join("\n");
    const paths = this.paths.get(key) ?? [...files].map((file) => joinPath("", file)).sort(compare);
    this.paths.set(key, paths);
    return paths;
  }
}

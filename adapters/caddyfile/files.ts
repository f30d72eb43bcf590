// The files that a site is written in: the Caddyfile, and what it imports.

import { compare } from "./compare.js";
import type { Segment, ServerBlock } from "./syntax/blocks.js";
import { joinPath } from "./syntax/imports.js";
import type { Origin } from "./syntax/token.js";

/** Tells the files that blocks came from. Most came from the one that is adapted. */
export class FilesOfBlocks {
  private readonly paths = new Map<string, readonly string[]>();
  private readonly ofOne = new Map<Origin, readonly string[]>();

  /** The paths of the files that the lines of a block came from, sorted. */
  of({ segments }: ServerBlock): readonly string[] {
    const origin = segments[0]?.[0]?.origin;
    const isOne = segments.every((segment) => segment.every((token) => token.origin === origin));
    if (origin === undefined || !isOne) return this.ofAll(segments);
    const paths = this.ofOne.get(origin) ?? this.ofAll(segments);
    this.ofOne.set(origin, paths);
    return paths;
  }

  private ofAll(segments: readonly Segment[]): readonly string[] {
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

// The files that a site is written in: the Caddyfile, and what it imports.

import { compare } from "../compare.js";
import type { ServerBlock } from "../syntax/blocks.js";
import type { Origin } from "../syntax/token.js";

/** The files that the lines of a block came from, sorted. */
export function filesOf({ segments }: ServerBlock): readonly string[] {
  const files = new Set<string>();
  let last: Origin | undefined;
  for (const segment of segments) {
    for (const { origin } of segment) {
      if (origin !== last) files.add(origin.source.file);
      last = origin;
    }
  }
  return [...files].sort(compare);
}

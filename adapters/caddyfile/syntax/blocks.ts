// What parsing finds in a Caddyfile: blocks with their keys, cut into segments. What the segments
// mean is the business of the directives and options that read them.

import type { Token } from "./token.js";

/** One directive: its line, and the block that opens at its end. All imports are done. */
export type Segment = readonly Token[];

/** A site, the global options, or a named route. */
export interface ServerBlock {
  /** Site addresses, without their commas; for a named route, its name. Empty: global options. */
  readonly keys: readonly Token[];
  /** Its directives. A named route has one segment: its name, `{`, everything in it, `}`. */
  readonly segments: readonly Segment[];
  /** Whether its braces were written; one site alone may go without. */
  readonly hasBraces: boolean;
}

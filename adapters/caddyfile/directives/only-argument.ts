// A path or URI looks like a matcher. Where it is the only argument, it is none.

import type { MatcherSet } from "../contribution.js";
import type { Line } from "../line.js";

/** What such a directive is given. */
export interface OnlyArgument {
  readonly match: MatcherSet | undefined;
  readonly text: string;
}

// [<matcher>] <text>
/** Take a matcher and a text. One argument alone is the text; `what` says what it is. */
export function readOnlyArgument(line: Line, what: "root path" | "URI"): OnlyArgument {
  if (line.count === 0) line.fail(`too few arguments; must have at least a ${NAMES[what].least}`);
  if (line.count > 2) {
    line.fail(`too many arguments; should only be a matcher and a ${NAMES[what].only}`);
  }
  const match = line.count === 2 ? line.matcher() : undefined;
  const { text } = line.expectArgument();
  line.ignoreArguments();
  return { match, text };
}

/** The words of the refusals. */
const NAMES = {
  "root path": { least: "root path", only: "path" },
  URI: { least: "rewrite URI", only: "URI" },
};

// log_skip [<matcher>]

import type { HandlerContribution } from "../contribution.js";
import { defineDirective } from "../define.js";
import type { Line } from "../line.js";

/** Keeps the request out of the access log. */
export const logSkip = defineDirective("log_skip", readLogSkip);

/** The former name of `log_skip`. */
export const skipLog = defineDirective("skip_log", (line) => {
  line.warn("the 'skip_log' directive is deprecated, please use 'log_skip' instead!");
  return readLogSkip(line);
});

function readLogSkip(line: Line): HandlerContribution {
  const match = line.matcher();
  line.expectEndOfLine();
  const [inner] = line.block();
  inner?.name.fail("log_skip directive does not accept blocks");
  return { match, handle: { handler: "vars", log_skip: true } };
}

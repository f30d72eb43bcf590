// The document's `logging`: the loggers of `log` options and directives.

import type { JsonObject } from "../../../src/document/index.js";
import type { GlobalOptions } from "../options/global-options.js";
import type { CustomLog } from "./custom-log.js";

/** The `logging` of the document; undefined when nothing was said about it. */
export function buildLogging(
  _options: GlobalOptions,
  _siteLogs: readonly CustomLog[],
): JsonObject | undefined {
  return undefined;
}

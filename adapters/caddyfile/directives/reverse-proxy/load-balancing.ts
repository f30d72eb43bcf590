// Which upstream a request goes to, and when it is tried again with another.

import { type JsonObject, ParseError } from "../../../../src/document/index.js";
import type { Line } from "../../line.js";
import { readNestedSet } from "../../matchers/matcher-set.js";
import { count, type SectionTable, time } from "../../sections.js";

/** Lines about `load_balancing`. */
export const LOAD_BALANCING: SectionTable = {
  lb_policy: readPolicy,
  lb_retries: count("retries", "bad lb_retries number"),
  lb_retry_match: { field: "retry_match", items: (line) => [readRetryMatch(line)] },
  lb_try_duration: time("try_duration", "bad duration value"),
  lb_try_interval: time("try_interval", "bad interval value"),
};

// lb_policy <name> [<options...>]
function readPolicy(line: Line, { selection_policy }: JsonObject): JsonObject {
  if (selection_policy !== undefined) {
    line.fail("load balancing selection policy already specified");
  }
  return {
    selection_policy: line.inlineModule("http.reverse_proxy.selection_policies", "policy"),
  };
}

// lb_retry_match <matcher> | {
//     <matchers...>
// }
function readRetryMatch(line: Line): JsonObject {
  try {
    return readNestedSet(line);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new ParseError(`failed to parse lb_retry_match: ${error.reason}`, error.place);
  }
}

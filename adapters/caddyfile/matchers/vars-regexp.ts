// vars_regexp [<name>] <variable> <pattern>

import type { JsonObject } from "../../../src/document/index.js";
import { defineMatcher } from "../define.js";
import { objectOf } from "../json.js";
import { readFieldRegexp } from "./regexp.js";

/** Matches variables or placeholders by a regular expression each. */
export const varsRegexp = defineMatcher("vars_regexp", (lines, set) => {
  const variables = new Map<string, JsonObject>();
  for (const line of lines) {
    const [variable, regexp] = readFieldRegexp(line, set);
    if (variables.has(variable)) {
      line.warn(`replaces the regular expression that was set for ${variable} before`);
    }
    variables.set(variable, regexp);
  }
  return objectOf(variables);
});

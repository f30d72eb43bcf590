// header_regexp [<name>] <field> <pattern>

import type { JsonObject } from "../../../src/document/index.js";
import { defineMatcher } from "../define.js";
import { objectOf } from "../json.js";
import { readFieldRegexp } from "./regexp.js";

/** Matches header fields by a regular expression each. */
export const headerRegexp = defineMatcher("header_regexp", (lines, set) => {
  const fields = new Map<string, JsonObject>();
  for (const line of lines) {
    const [field, regexp] = readFieldRegexp(line, set);
    if (fields.has(field)) {
      line.fail(
        `header_regexp matcher can only be used once per named matcher, per header field: ${field}`,
      );
    }
    fields.set(field, regexp);
  }
  return objectOf(fields);
});

// vars <variable> <values...>

import { defineMatcher } from "../define.js";
import { objectOf } from "../json.js";
import { refuseBlock } from "./plain.js";

/** Matches a variable or a placeholder by its values (any of them). */
export const vars = defineMatcher("vars", (lines) => {
  const variables = new Map<string, readonly string[]>();
  for (const line of lines) {
    const name = line.argument() ?? line.fail("malformed vars matcher: expected field name");
    const values = line.remainingTexts();
    if (values.length === 0) {
      line.fail("malformed vars matcher: expected at least one value to match against");
    }
    refuseBlock(line);
    variables.set(name.text, [...(variables.get(name.text) ?? []), ...values]);
  }
  return objectOf(variables);
});

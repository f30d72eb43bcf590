// vars <variable> <values...>

import { append } from "../append.js";
import { defineMatcher } from "../define.js";
import { objectOf } from "../json.js";
import { refuseBlock } from "./plain.js";

/** Matches a variable or a placeholder by its values (any of them). */
export const vars = defineMatcher("vars", (lines) => {
  const variables = new Map<string, string[]>();
  for (const line of lines) {
    const name = line.argument() ?? line.fail("malformed vars matcher: expected field name");
    const values = line.remainingTexts();
    if (values.length === 0) {
      line.fail("malformed vars matcher: expected at least one value to match against");
    }
    refuseBlock(line);
    const known = variables.get(name.text);
    if (known === undefined) variables.set(name.text, [...values]);
    else append(known, values);
  }
  return objectOf(variables);
});

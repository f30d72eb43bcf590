// query <field>=<value>...

import { defineMatcher } from "../define.js";
import { objectOf } from "../json.js";
import type { Token } from "../syntax/token.js";
import { argumentsOf } from "./plain.js";

/** Matches parameters of the query by their values (any of them); `""` matches no query at all. */
export const query = defineMatcher("query", (lines) => {
  const values = new Map<string, string[]>();
  for (const token of argumentsOf(lines)) {
    if (token.text === "") continue;
    const [field, value] = fieldAndValue(token);
    const known = values.get(field);
    if (known === undefined) values.set(field, [value]);
    else known.push(value);
  }
  return objectOf(values);
});

function fieldAndValue(token: Token): readonly [string, string] {
  const at = token.text.indexOf("=");
  if (at === -1) {
    token.fail(`malformed query matcher token: ${token.text}; must be in param=val format`);
  }
  return [token.text.slice(0, at), token.text.slice(at + 1)];
}

// vars [<matcher>] [<name> <value>] {
//     <name> <value>
// }

import type { Json } from "../../../src/document/index.js";
import { defineDirective } from "../define.js";
import { objectOf } from "../json.js";
import type { Line } from "../line.js";

/** Sets variables of the request. */
export const vars = defineDirective("vars", (line) => {
  const match = line.matcher();
  const inline = line.argument();
  const lines = line.block();
  const entries = [
    ...(inline === undefined ? [] : [entry(inline.text, line)]),
    ...lines.map((inner) => entry(inner.directive, inner)),
  ];
  return { match, handle: objectOf([...entries, ["handler", "vars"]]) };
});

function entry(name: string, line: Line): readonly [string, Json] {
  const value = line.expectArgument("a value").toScalar();
  line.expectEnd();
  return [name, value];
}

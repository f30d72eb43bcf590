// Regular expressions in matchers. Their captures are found by a name, which is that of the set
// of matchers when none is given.

import type { JsonObject } from "../../../src/document/index.js";
import { omitEmpty } from "../json.js";
import type { Line } from "../line.js";
import { refuseBlock } from "./plain.js";

/** A regular expression as the document has it. */
export function regexpOf(name: string, pattern: string, set: string): JsonObject {
  return { ...omitEmpty({ name: name === "" ? set : name }), pattern };
}

/** Read `[<name>] <field> <pattern>`: the field, and its regular expression. */
export function readFieldRegexp(line: Line, set: string): readonly [string, JsonObject] {
  const name = line.count > 2 ? line.expectArgument().text : "";
  const field = line.expectArgument("a field").text;
  const pattern = line.expectArgument("a regular expression").text;
  line.expectEndOfLine();
  refuseBlock(line);
  return [field, regexpOf(name, pattern, set)];
}

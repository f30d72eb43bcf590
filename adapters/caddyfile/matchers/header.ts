// header <field> <value>
// header !<field>

import type { JsonObject } from "../../../src/document/index.js";
import { defineMatcher } from "../define.js";
import { canonicalHeader } from "../header-name.js";
import { objectOf } from "../json.js";
import type { Line } from "../line.js";
import { refuseBlock } from "./plain.js";

/** Matches a header field by its values (any of them), or by its absence. */
export const header = defineMatcher("header", (lines) => readHeaders(lines));

/** Values by field, of all lines; null for a field that has to be absent. */
export function readHeaders(lines: readonly Line[]): JsonObject {
  const fields = new Map<string, string[] | null>();
  for (const line of lines) {
    const [field, value] = readHeader(line);
    const known = fields.get(field);
    if (value === null) fields.set(field, null);
    else if (known) known.push(value);
    else fields.set(field, [value]);
    if (line.count > 0) {
      line.expectArgument().fail("malformed header matcher: unexpected argument", ONE_VALUE);
    }
    refuseBlock(line);
  }
  return objectOf(fields);
}

const ONE_VALUE = "quote a value with spaces, and write each further value on a line of its own";

function readHeader(line: Line): readonly [string, string | null] {
  const field = line.argument() ?? line.fail("malformed header matcher: expected field");
  if (!field.text.startsWith("!")) {
    const value =
      line.argument() ?? line.fail("malformed header matcher: expected both field and value");
    return [canonicalHeader(field.text), value.text];
  }
  if (field.text === "!") {
    line.fail("malformed header matcher: must have field name following ! character");
  }
  const value = line.argument();
  value?.fail("malformed header matcher: null matching headers cannot have a field value");
  return [field.text.slice(1), null];
}

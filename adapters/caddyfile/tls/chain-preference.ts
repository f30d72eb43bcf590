// Which chain of certificates to take where an authority offers several. It is an option, and a line
// of ACME issuers.

import type { JsonObject } from "../../../src/document/index.js";
import type { Line } from "../line.js";

const FIELDS = ["root_common_name", "any_common_name"];

/** Read the arguments and the block of a `preferred_chains`. */
export function readChainPreference(line: Line): JsonObject {
  const smallest = line.argument();
  if (smallest !== undefined) {
    if (smallest.text !== "smallest") smallest.fail(`Invalid argument '${smallest.text}'`);
    line.expectEndOfLine();
    for (const inner of line.block()) {
      inner.name.fail("No more options are accepted when using the 'smallest' option");
    }
    return { smallest: true };
  }
  const names = readNames(line);
  if (Object.keys(names).length === 0) line.fail("No options for preferred_chains received");
  return names;
}

function readNames(line: Line): JsonObject {
  const names: Record<string, readonly string[]> = {};
  for (const inner of line.block()) {
    const { directive: field } = inner;
    if (!FIELDS.includes(field)) inner.name.fail(`Received unrecognized parameter '${field}'`);
    const more = inner.expectRemaining("a common name").map(({ text }) => text);
    const other = Object.keys(names).find((key) => key !== field);
    if (other !== undefined) inner.name.fail(`Can't set ${field} when ${other} is already set`);
    names[field] = [...(names[field] ?? []), ...more];
    inner.expectEnd();
  }
  return names;
}

// url_pattern <pattern> {
//     base_url <url>
//     ignore_case
// }

import type { Json, JsonObject } from "../../../src/document/index.js";
import { defineMatcher } from "../define.js";
import { type FieldTable, flag, readFields, text } from "../fields.js";
import { omitEmpty } from "../json.js";
import type { Line } from "../line.js";
import { warnOfRest } from "./plain.js";

/** Matches the URL of a request by a URL pattern, a standard of the web. */
export const urlPattern = defineMatcher("url_pattern", (lines) => {
  warnOfRest(lines, "only the last pattern counts");
  const fields: Record<string, Json> = {};
  for (const line of lines) Object.assign(fields, readPattern(line));
  return omitEmpty(fields);
});

function readPattern(line: Line): JsonObject {
  const pattern = line.argument() ?? line.fail("expected exactly one URL pattern");
  if (line.count > 0) line.expectArgument().fail("expected exactly one URL pattern");
  const refusal = (name: string) => `unrecognized url_pattern option '${name}'`;
  return { pattern: pattern.text, ...readFields(line, OPTIONS, refusal) };
}

const OPTIONS: FieldTable = { base_url: text("base_url"), ignore_case: flag("ignore_case") };

// tracing [<matcher>] {
//     span <name>
//     span_attributes {
//         <attribute> <value>
//     }
// }

import type { JsonObject } from "../../../src/document/index.js";
import { defineDirective } from "../define.js";
import { type FieldTable, readFields, text } from "../fields.js";
import { objectOf, omitEmpty } from "../json.js";
import type { Line } from "../line.js";

/** Reports requests as spans of traces. */
export const tracing = defineDirective("tracing", (line) => {
  const match = line.matcher();
  line.expectEndOfLine();
  const fields = { span: "", ...readFields(line, FIELDS, UNKNOWN) };
  return { match, handle: omitEmpty({ handler: "tracing", ...fields }, ["span"]) };
});

const FIELDS: FieldTable = { span: text("span"), span_attributes: readAttributes };

/** Caddy counts arguments where it does not know a word. */
const UNKNOWN = (name: string) =>
  `wrong argument count or unexpected line ending after '${name}' (write 'span' or 'span_attributes')`;

function readAttributes(line: Line, { span_attributes: before = {} }: JsonObject): JsonObject {
  line.expectEndOfLine();
  const attributes = line.block().map((inner) => {
    const value = inner.expectArgument("a value").text;
    inner.expectEnd();
    return [inner.directive, value] as const;
  });
  return { span_attributes: { ...(before as JsonObject), ...objectOf(attributes) } };
}

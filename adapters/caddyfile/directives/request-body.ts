// request_body [<matcher>] {
//     max_size <size>
//     set      <text>
// }

import { defineDirective } from "../define.js";
import { bytes, type FieldTable, readFields, text } from "../fields.js";
import { omitEmpty } from "../json.js";

/** Limits the size of the request's body, or replaces it. */
export const requestBody = defineDirective("request_body", (line) => {
  const match = line.matcher();
  line.ignoreArguments();
  const fields = readFields(line, FIELDS, UNKNOWN);
  return { match, handle: omitEmpty({ handler: "request_body", ...fields }) };
});

const FIELDS: FieldTable = {
  max_size: bytes("max_size"),
  set: text("set"),
};

const UNKNOWN = (name: string) => `unrecognized request_body subdirective '${name}'`;

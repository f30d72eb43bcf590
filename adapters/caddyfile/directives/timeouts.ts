// timeouts [<matcher>] {
//     read_timeout    <duration> [<bytes per second>]
//     write_timeout   <duration> [<bytes per second>]
//     max_write_chunk <size>
// }

import { defineDirective } from "../define.js";
import { bytes, type FieldReader, type FieldTable, readFields } from "../fields.js";
import { omitEmpty } from "../json.js";
import { toDuration } from "../values.js";

/** Ends connections that stall, or are slower than they may be. */
export const timeouts = defineDirective("timeouts", (line) => {
  const match = line.matcher();
  line.ignoreArguments();
  const fields = readFields(line, FIELDS, UNKNOWN);
  return { match, handle: omitEmpty({ handler: "timeouts", ...fields }) };
});

const FIELDS: FieldTable = {
  read_timeout: timeout("read_timeout", "read_min_rate"),
  write_timeout: timeout("write_timeout", "write_min_rate"),
  max_write_chunk: bytes("max_write_chunk"),
};

const UNKNOWN = (name: string) => `unrecognized timeouts subdirective '${name}'`;

/** How long nothing may move, and if it is said, how much has to move on average. */
function timeout(key: string, rateKey: string): FieldReader {
  return (line) => {
    const time = toDuration(line.expectArgument("a duration"), key);
    const rate = line.argument()?.toInteger(`${key} min_rate`);
    return { [key]: time, ...(rate === undefined ? {} : { [rateKey]: rate }) };
  };
}

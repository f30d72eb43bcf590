// timeouts {
//     read_body       <duration>
//     read_body_idle  <duration> [<bytes per second>]
//     read_header     <duration>
//     write           <duration>
//     write_idle      <duration> [<bytes per second>]
//     write_max_chunk <size>
//     idle            <duration>
// }

import type { JsonObject } from "../../../src/document/index.js";
import { bytes, duration, type FieldReader, type FieldTable, readFields } from "../fields.js";
import type { Line } from "../line.js";
import { toDuration } from "../values.js";

/** How long a server waits for its clients; lines of the `servers` option. */
export function timeouts(line: Line): JsonObject {
  return readFields(line, TIMEOUTS, (name) => `unrecognized timeouts option '${name}'`);
}

const TIMEOUTS: FieldTable = {
  read_body: timeout("read_timeout"),
  read_body_idle: idleTimeout("read_idle_timeout", "read_min_rate"),
  read_header: timeout("read_header_timeout"),
  write: timeout("write_timeout"),
  write_idle: idleTimeout("write_idle_timeout", "write_min_rate"),
  write_max_chunk: bytes("max_write_chunk", "write_max_chunk"),
  idle: timeout("idle_timeout"),
};

function timeout(key: string): FieldReader {
  return (line, before) => duration(key, `${line.directive} timeout duration`)(line, before);
}

/** A time without any progress; and how many bytes in a second count as progress. */
function idleTimeout(key: string, rateKey: string): FieldReader {
  return (line) => {
    const { directive: name } = line;
    const idle = toDuration(line.expectArgument("a duration"), `${name} timeout duration`);
    const rate = line.argument()?.toInteger(`${name} min_rate bytes/second`);
    return rate === undefined ? { [key]: idle } : { [key]: idle, [rateKey]: rate };
  };
}

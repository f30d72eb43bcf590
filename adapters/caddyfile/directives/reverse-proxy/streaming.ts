// How requests and responses pass through the proxy: what is buffered, when it is sent on, and how
// long a stream may last.

import type { JsonObject } from "../../../../src/document/index.js";
import { type FieldReader, flag } from "../../fields.js";
import type { Line } from "../../line.js";
import { expandRanges } from "../../private-ranges.js";
import { expectSize, expectTime, type SectionTable } from "../../sections.js";

/** Lines about the proxy itself. */
export const STREAMING: SectionTable = {
  flush_interval: timeOrNanoseconds("flush_interval"),
  request_buffers: sizeOrUnlimited("request_buffers"),
  response_buffers: sizeOrUnlimited("response_buffers"),
  stream_buffer_size: sizeOrUnlimited("stream_buffer_size"),
  stream_close_delay: timeOrNanoseconds("stream_close_delay"),
  stream_timeout: timeOrNanoseconds("stream_timeout"),
  trusted_proxies: {
    field: "trusted_proxies",
    items: (line) => expandRanges(line.remainingTexts()),
  },
  verbose_logs: readVerboseLogs,
};

/** A length of time; a bare number is one of nanoseconds, and -1 has a meaning of its own. */
function timeOrNanoseconds(field: string): FieldReader {
  return (line) => {
    const bare = /^[+-]?\d+$/.test(line.peek()?.text ?? "");
    const length = bare
      ? line.expectArgument().toInteger("duration")
      : expectTime(line, "bad duration value");
    return { [field]: length };
  };
}

/** A number of bytes, or `unlimited`. */
function sizeOrUnlimited(field: string): FieldReader {
  return (line) => {
    if (line.peek()?.text !== "unlimited")
      return { [field]: expectSize(line, "invalid byte size") };
    line.argument();
    return { [field]: -1 };
  };
}

function readVerboseLogs(line: Line, before: JsonObject): JsonObject {
  if (before.verbose_logs === true) line.fail("verbose_logs already specified");
  return flag("verbose_logs")(line, before);
}

// log_append [<matcher>] [<]<key> <value>

import { defineDirective } from "../define.js";
import { omitEmpty } from "../json.js";

/** Adds a field to the access log's entry; with `<`, before other handlers see the request. */
export const logAppend = defineDirective("log_append", (line) => {
  const match = line.matcher();
  const written = line.expectArgument("a key").text;
  const value = line.expectArgument("a value").text;
  line.ignoreArguments();
  const early = written.startsWith("<") && written.length > 1;
  const key = early ? written.slice(1) : written;
  return { match, handle: omitEmpty({ handler: "log_append", key, value, early }) };
});

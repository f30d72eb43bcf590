// How loggers write: `format <encoder> …`.

import type { Json, JsonObject } from "../../../src/document/index.js";
import { append } from "../append.js";
import { defineModule } from "../define.js";
import { type FieldTable, flag, readFields, text } from "../fields.js";
import { objectOf, omitEmpty } from "../json.js";
import type { Line, ModuleSyntax } from "../line.js";
import { readFilters } from "../logging/read-filters.js";

// console|json {
//     message_key     <key>
//     level_key       <key>
//     time_key        <key>
//     name_key        <key>
//     caller_key      <key>
//     stacktrace_key  <key>
//     line_ending     <text>
//     time_format     <format>
//     time_local
//     duration_format <format>
//     level_format    <format>
// }
const consoleEncoder = defineModule("caddy.logging.encoders.console", readFormat);
const jsonEncoder = defineModule("caddy.logging.encoders.json", readFormat);

/** A key may be set to nothing, which leaves its field out of the log. */
const KEYS = [
  ...["message_key", "level_key", "time_key", "name_key", "caller_key", "stacktrace_key"],
  "line_ending",
];

const FORMAT: FieldTable = {
  ...Object.fromEntries(KEYS.map((key) => [key, text(key)])),
  time_format: text("time_format"),
  time_local: flag("time_local"),
  duration_format: text("duration_format"),
  level_format: text("level_format"),
};

function readFormat(line: Line): JsonObject {
  line.expectEndOfLine();
  return omitEmpty(readFields(line, FORMAT), KEYS);
}

// journald {
//     wrap <encoder> …
// }
const journald = defineModule("caddy.logging.encoders.journald", (line) => {
  line.expectEndOfLine();
  return readFields(line, { wrap: (inner) => ({ wrap: inner.inlineModule(ENCODERS, "format") }) });
});

// append {
//     wrap <encoder> …
//     fields {
//         <field> <value>
//     }
//     <field> <value>
// }
const appendEncoder = defineModule("caddy.logging.encoders.append", (line) => {
  const { wrap, fields } = readWrapping(line);
  return omitEmpty({ wrap, fields: objectOf(fields.map(readAppended)) });
});

function readAppended(line: Line): readonly [string, Json] {
  const value = line.expectArgument("a value").toScalar();
  line.expectEnd();
  return [line.directive, value];
}

// filter {
//     wrap <encoder> …
//     fields {
//         <field> <filter> …
//     }
//     <field> <filter> …
// }
const filter = defineModule("caddy.logging.encoders.filter", (line) => {
  const { wrap, fields } = readWrapping(line);
  return omitEmpty({ wrap, fields: readFilters(fields) });
});

const ENCODERS = "caddy.logging.encoders";

/** The block of an encoder that changes fields before another one writes them. */
function readWrapping(line: Line): { wrap?: JsonObject; fields: readonly Line[] } {
  line.ignoreArguments();
  const fields: Line[] = [];
  let wrap: JsonObject | undefined;
  for (const inner of line.block()) {
    if (inner.directive === "wrap") wrap = inner.inlineModule(ENCODERS, "format");
    else if (inner.directive === "fields") append(fields, fieldsOf(inner));
    else fields.push(inner);
  }
  return wrap === undefined ? { fields } : { wrap, fields };
}

function fieldsOf(line: Line): readonly Line[] {
  line.expectEndOfLine();
  return line.block();
}

/** The encoders of logs. */
export const logEncoders: readonly ModuleSyntax[] = [
  appendEncoder,
  consoleEncoder,
  filter,
  journald,
  jsonEncoder,
];

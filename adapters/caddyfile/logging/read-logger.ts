// The block of a logger, which the `log` directive and the `log` option have in common.

import type { JsonObject } from "../../../src/document/index.js";
import { duration, type FieldReader, type FieldTable, integer, readFields } from "../fields.js";
import { omitEmpty } from "../json.js";
import type { Line } from "../line.js";

/** What the block of a logger says. */
export interface Logger {
  /** Undefined when nothing is configured. */
  readonly config: JsonObject | undefined;
  /** Whether it is bound to no host. */
  readonly noHostname: boolean;
}

// {
//     output   <writer> …
//     format   <encoder> …
//     core     <core> …
//     level    <level>
//     sampling {
//         interval   <duration>
//         first      <count>
//         thereafter <count>
//     }
//     no_hostname
// }
/** Read the block of a logger. `more` are lines that it may have besides. */
export function readLogger(line: Line, more: FieldTable): Logger {
  const once = onlyOnce(FIELDS, REPEATED);
  const { no_hostname, ...fields } = readFields(line, { ...once, ...more }, UNKNOWN);
  const config = omitEmpty(fields, ["sampling"]);
  return {
    config: Object.keys(config).length > 0 ? line.mark(config) : undefined,
    noHostname: no_hostname === true,
  };
}

const FIELDS: FieldTable = {
  output: (line) => ({ writer: line.inlineModule("caddy.logging.writers", "output") }),
  format: (line) => ({ encoder: line.inlineModule("caddy.logging.encoders", "format") }),
  core: (line) => ({ core: line.inlineModule("caddy.logging.cores", "module") }),
  level: (line) => ({ level: line.expectArgument("a level").text }),
  sampling(line) {
    line.ignoreArguments();
    const once = onlyOnce(SAMPLING, REPEATED_IN_SAMPLING);
    return { sampling: omitEmpty(readFields(line, once, UNKNOWN)) };
  },
  no_hostname: () => ({ no_hostname: true }),
};

const SAMPLING: FieldTable = {
  interval: duration("interval"),
  first: integer("first"),
  thereafter: integer("thereafter"),
};

const UNKNOWN = (name: string) => `unrecognized subdirective: ${name}`;
const REPEATED = (name: string) =>
  `'${name}' subdirective specified more than once in the same log block`;
const REPEATED_IN_SAMPLING = (name: string) =>
  `'${name}' specified more than once in the same sampling block`;

/** The same lines, each of which may stand in the block once. */
function onlyOnce(table: FieldTable, refusal: (name: string) => string): FieldTable {
  const seen = new Set<string>();
  const once = (name: string, read: FieldReader): FieldReader => {
    return (line, before) => {
      if (seen.has(name)) line.name.fail(refusal(name));
      seen.add(name);
      return read(line, before);
    };
  };
  return Object.fromEntries(Object.entries(table).map(([name, read]) => [name, once(name, read)]));
}

// log [<name>] {
//     output  <writer> …
//     format  <encoder> …
//     core    <core> …
//     level   <level>
//     include <namespaces...>
//     exclude <namespaces...>
//     sampling { … }
// }

import { defineOption } from "../define.js";
import { adding } from "../fields.js";
import { DEFAULT_LOG } from "../logging/custom-log.js";
import { readLogger } from "../logging/read-logger.js";

/** A logger for all that is logged; without a name, the default one. */
export const log = defineOption("log", (line, { logs = [] }) => {
  const name = line.argument()?.text ?? DEFAULT_LOG;
  line.expectEndOfLine();
  if (logs.some((other) => other.name === name)) {
    line.fail(`duplicate global log option for: ${name}`);
  }
  const { config, noHostname } = readLogger(line, {
    include: adding("include", (inner) => inner.remainingTexts()),
    exclude: adding("exclude", (inner) => inner.remainingTexts()),
    hostnames: ({ name: word }) => word.fail("hostnames is not allowed in the log global options"),
  });
  return { logs: [...logs, { name, config, hostnames: [], noHostname }] };
});

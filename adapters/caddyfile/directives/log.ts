// log [<name>] {
//     hostnames <hosts...>
//     no_hostname
//     output <writer> …
//     format <encoder> …
//     core   <core> …
//     level  <level>
//     sampling { … }
// }

import { append } from "../append.js";
import { defineDirective } from "../define.js";
import type { FieldReader } from "../fields.js";
import { readLogger } from "../logging/read-logger.js";

/** Writes a line about each request of the site. A logger that has no name gets a number. */
export const log = defineDirective("log", (line) => {
  const given = line.argument()?.text ?? "";
  line.expectEndOfLine();
  const hostnames: string[] = [];
  const { config, noHostname } = readLogger(line, {
    hostnames(inner) {
      append(
        hostnames,
        inner.expectRemaining("host names").map(({ text }) => text),
      );
      return {};
    },
    include: optionOnly,
    exclude: optionOnly,
  });

  const numbered = given === "" && config !== undefined;
  const name = numbered ? `log${line.scope.run.accessLogs.next()}` : given;
  const include = [`http.log.access.${name}`];
  const own = config && line.mark({ ...config, include });
  return { log: { name, config: own, hostnames, noHostname } };
});

const optionOnly: FieldReader = ({ name }) =>
  name.fail(`${name.text} is not allowed in the log directive`, "it is for the global log option");

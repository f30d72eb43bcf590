// on_demand_tls {
//     ask        <url>
//     permission <module> ...
// }

import type { JsonObject } from "../../../src/document/index.js";
import { defineOption } from "../define.js";
import type { Line } from "../line.js";

/** Who decides for which names certificates are obtained during handshakes. */
export const onDemandTls = defineOption("on_demand_tls", (line) => {
  line.expectEndOfLine();
  let permission: JsonObject | undefined;
  for (const inner of line.block()) {
    const read = readPermission(inner);
    inner.expectEnd();
    if (permission !== undefined) {
      inner.name.fail("on-demand TLS permission module (or 'ask') already specified");
    }
    permission = read;
  }
  if (permission === undefined) {
    return line.fail("expected at least one config parameter for on_demand_tls");
  }
  return { onDemandTls: { permission } };
});

function readPermission(line: Line): JsonObject {
  const { directive: name } = line;
  switch (name) {
    case "ask":
      return line.mark({ module: "http", endpoint: line.expectArgument("a URL").text });
    case "permission":
      return line.inlineModule("tls.permission", "module");
    case "interval":
    case "burst":
      return line.name.fail(
        `the on_demand_tls '${name}' option is no longer supported, remove it from your config`,
      );
    default:
      return line.name.fail(`unrecognized parameter '${name}'`);
  }
}

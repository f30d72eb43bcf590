// http_port  <port>
// https_port <port>

import { defineOption } from "../define.js";
import type { Line } from "../line.js";

/** The port that plain HTTP is served on inside, when another is mapped to it outside. */
export const httpPort = defineOption("http_port", (line) => ({ httpPort: readPort(line) }));

/** The port that HTTPS is served on inside, when another is mapped to it outside. */
export const httpsPort = defineOption("https_port", (line) => ({ httpsPort: readPort(line) }));

function readPort(line: Line): number {
  const port = line.expectArgument("a port");
  if (/^[+-]?\d+$/.test(port.text)) return port.toInteger("port");
  return port.fail(`converting port '${port.text}' to integer value: it must be a whole number`);
}

// The least that Node can do: the answer of one site without a configuration. Prints its port.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const body = process.argv[2] ?? "";
const server = createServer((_request, response) => {
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.setHeader("Content-Length", Buffer.byteLength(body));
  response.end(body);
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});

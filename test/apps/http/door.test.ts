// What a door does with connections, seen from a raw socket.

import { connect } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Json } from "../../../src/document/index.js";
import { type Serving, serving } from "../../support/http.js";

let site: Serving;
afterEach(() => site?.stop());

const echo: Json = [{ handle: [{ handler: "static_response", body: "{http.request.method}" }] }];

/** Everything that comes back for some bytes, until the server closes or has said `until`. */
function exchangeBytes(port: number, bytes: string, until: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.setEncoding("latin1");
    socket.on("data", (more) => {
      text += more;
      if (until.test(text)) socket.destroy();
    });
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
}

describe("a request that offers an upgrade", () => {
  it("with a body is answered in HTTP/1.1, and the connection goes on", async () => {
    site = await serving(echo);
    const offer =
      "POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n" +
      "HTTP2-Settings: AAMAAABkAAQ\r\nContent-Length: 5\r\n\r\nhello";
    const next = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const text = await exchangeBytes(site.port, offer + next, /GET$/);
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(text).toContain("\r\n\r\nPOST");
  });

  it("to a site that knows no upgrade is answered as if it had not", async () => {
    site = await serving(echo);
    const offer = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    expect(await exchangeBytes(site.port, offer, /GET$/)).toContain("HTTP/1.1 200");
  });
});

describe("a Host that is no host", () => {
  it.each(["..", "a/b", "a\\b", "a b"])("is refused: %s", async (host) => {
    site = await serving(echo);
    const text = await exchangeBytes(
      site.port,
      `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      /\r\n\r\n/,
    );
    expect(text).toContain("HTTP/1.1 400");
  });
});

describe("a path with escapes that are not UTF-8", () => {
  it("is served all the same, as in Caddy", async () => {
    site = await serving(echo);
    expect((await site.get("/%FF")).status).toBe(200);
    expect((await site.get("/%zz")).status).toBe(400);
  });
});

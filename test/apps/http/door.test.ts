// What a door does with connections, seen from a raw socket.

import { spawnSync } from "node:child_process";
import { channel } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Json } from "../../../src/document/index.js";
import { type Serving, serving } from "../../support/http.js";

let site: Serving;
let closeUpstream = () => {};
afterEach(async () => {
  await site?.stop();
  closeUpstream();
});

/** A site that hands everything on to this; `before` are routes that come first. */
async function proxying(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  before: readonly Json[] = [],
  server: Json = {},
): Promise<Serving> {
  const upstream = createServer(answer).listen(0, "127.0.0.1");
  // Newer versions of node refuse what they would not keep of very many fields.
  upstream.maxHeadersCount = 0;
  await once(upstream, "listening");
  closeUpstream = () => {
    upstream.close();
    upstream.closeAllConnections();
  };
  const { port } = upstream.address() as AddressInfo;
  const dial = `127.0.0.1:${port}`;
  const handle = [{ handler: "reverse_proxy", upstreams: [{ dial }] }];
  return serving([...before, { handle }], { server });
}

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

  it.each(["websocket", "h2c"])("of %s waits for the answers before its own", async (protocol) => {
    site = await proxying((request, response) => {
      setTimeout(() => response.end(`for ${request.url}.`), request.url === "/slow" ? 50 : 0);
    });
    const offer = `Connection: Upgrade\r\nUpgrade: ${protocol}\r\nX-Empty:\r\n`;
    const text = await exchangeBytes(
      site.port,
      "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" +
        "GET /also HTTP/1.1\r\nHost: a\r\n\r\n" +
        `GET /last HTTP/1.1\r\nHost: a\r\n${offer}\r\n`,
      /for \/last\./,
    );
    expect(text.match(/for \/\w+/g)).toEqual(["for /slow", "for /also", "for /last"]);
  });

  it("leaves nothing behind on its connection", async () => {
    site = await serving(echo);
    let connection: Socket | undefined;
    const note = (message: unknown) => {
      connection = (message as { socket: Socket }).socket;
    };
    const accepted = channel("net.server.socket");
    accepted.subscribe(note);
    const offer = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";
    const client = connect(site.port, "127.0.0.1");
    const listeners = async () => {
      client.write(offer);
      await once(client, "data");
      await sleep(10);
      return connection?.eventNames().map((name) => [name, connection?.listenerCount(name)]);
    };
    const first = await listeners();
    accepted.unsubscribe(note);
    for (let i = 0; i < 5; i++) expect(await listeners()).toEqual(first);
    client.destroy();
  });

  it("leaves nothing open when it is refused and its client stays", async () => {
    site = await serving(echo);
    const socket = connect({ port: site.port, host: "127.0.0.1", allowHalfOpen: true });
    socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    socket.resume();
    await once(socket, "end");
    socket.on("error", () => {});
    const gone = new Promise((resolve) => socket.once("close", resolve));
    const writing = setInterval(() => socket.write("x"), 50);
    await gone;
    clearInterval(writing);
  });

  it("keeps no server from stopping when it is refused", async () => {
    site = await serving(echo);
    const socket = connect({ port: site.port, host: "127.0.0.1", allowHalfOpen: true });
    socket.on("error", () => {});
    socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    await once(socket, "data");
    await site.stop();
    socket.destroy();
  });
});

describe("a request for a tunnel", () => {
  it("is refused, since there are none", async () => {
    site = await serving(echo);
    const text = await exchangeBytes(site.port, "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", /$^/);
    expect(text).toContain("HTTP/1.1 400");
  });
});

describe("a request of very many fields", () => {
  it.each([
    ["Content-Length: 3", "abc"],
    ["Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n\r\n"],
  ])("keeps its body (%s)", async (framing, body) => {
    site = await proxying(async (request, response) => response.end(`${await textOf(request)}.`));
    const fields = `${"a:\r\n".repeat(1500)}${framing}\r\n`;
    const text = await exchangeBytes(
      site.port,
      `POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n${body}`,
      /\r\n\r\n[\s\S]*\./,
    );
    expect(text).toContain("abc.");
  });
});

describe("a connection that was reset before anybody looked at it", () => {
  it("passes no rule about addresses", async () => {
    const seen: (string | undefined)[] = [];
    site = await proxying(
      (request, response) => {
        seen.push(request.url);
        response.end();
      },
      [
        {
          match: [{ path: ["/secret"], remote_ip: { ranges: ["127.0.0.0/8"] } }],
          handle: [{ handler: "static_response", status_code: 403 }],
          terminal: true,
        },
      ],
    );
    expect((await site.get("/secret")).status).toBe(403);
    expect((await site.get("/public")).status).toBe(200);
    // This process stands still meanwhile, and finds the connection when it is over.
    const client = `
      const socket = require("node:net").connect(${site.port}, "127.0.0.1", () =>
        socket.write("GET /secret HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n", () => socket.resetAndDestroy()));`;
    expect(spawnSync(process.execPath, ["-e", client], { timeout: 10_000 }).status).toBe(0);
    await sleep(100);
    expect(seen).toEqual(["/public"]);
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

describe("a target in absolute form", () => {
  const told: Json = [
    {
      match: [{ host: ["inner.test"] }],
      handle: [{ handler: "static_response", body: "inner {http.request.hostport}!" }],
    },
    { handle: [{ handler: "static_response", body: "other {http.request.hostport}!" }] },
  ];

  it.each([
    ["http://inner.test:80/", "outer.test", "inner inner.test:80!"],
    ["http://me@inner.test/", "outer.test", "inner inner.test!"],
    ["http://outer.test/", "inner.test", "other outer.test!"],
    ["http:///", "inner.test", "inner inner.test!"],
  ])("%s goes by its own host before %s", async (target, host, body) => {
    site = await serving(told);
    const bytes = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    expect(await exchangeBytes(site.port, bytes, /!$/)).toContain(`\r\n\r\n${body}`);
  });

  it.each([
    ["http://../", "a"],
    ["http://a\\b/", "a"],
    ["http://a/", "a/b"],
  ])("is refused when a host is none: %s, Host %s", async (target, host) => {
    site = await serving(told);
    const bytes = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    expect(await exchangeBytes(site.port, bytes, /\r\n\r\n/)).toContain("HTTP/1.1 400");
  });
});

describe("a request whose framing nobody can be sure of", () => {
  const chunks = "3\r\nabc\r\n0\r\n\r\n";
  const smuggled = "GET /two HTTP/1.1\r\nHost: a\r\n\r\n";

  it.each([
    ["GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505],
    ["GET / HTTP/0.9\r\n\r\n", 505],
    ["POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n", 400],
    ["POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501],
    [
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: deflate\r\n" +
        "Transfer-Encoding: chunked\r\n\r\n",
      501,
    ],
  ])("is refused, and what follows it is not read: %j, %i", async (head, status) => {
    site = await serving(echo);
    const body = head.startsWith("POST") ? chunks : "";
    const text = await exchangeBytes(site.port, head + body + smuggled, /GET$/);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`]);
    expect(text).toContain("Connection: close");
  });

  it.each([
    "POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc",
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n${chunks}`,
  ])("is not one like this: %j", async (bytes) => {
    site = await serving(echo);
    expect(await exchangeBytes(site.port, bytes, /POST$/)).toContain("HTTP/1.1 200");
  });
});

describe("a path with escapes that are not UTF-8", () => {
  it("is served all the same, as in Caddy", async () => {
    site = await serving(echo);
    expect((await site.get("/%FF")).status).toBe(200);
    expect((await site.get("/%zz")).status).toBe(400);
  });
});

describe("a request behind others on its connection", () => {
  const slow = (path: string, fields = "") => `GET /${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
  const answer = (request: IncomingMessage, response: ServerResponse) =>
    setTimeout(() => response.end(`<${request.url}>`), 50);
  const bodies = (text: string) => text.match(/<.*?>|HTTP\/1.1 400/g);

  it("is refused after their answers when it is none", async () => {
    site = await proxying(answer);
    const text = await exchangeBytes(site.port, `${slow("1")}${slow("2")}nonsense\r\n\r\n`, /$^/);
    expect(bodies(text)).toEqual(["</1>", "</2>", "HTTP/1.1 400"]);
  });

  it("costs them no answer when it comes after one that was to be the last", async () => {
    site = await proxying(answer);
    const bytes = slow("1") + slow("2", "Connection: close\r\n") + slow("3");
    expect(bodies(await exchangeBytes(site.port, bytes, /$^/))).toEqual(["</1>", "</2>"]);
  });

  it("is refused at once when its own body is broken", async () => {
    site = await proxying(() => {});
    const head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    const text = await exchangeBytes(site.port, `${head}3\r\nabc\r\nnonsense\r\n`, /$^/);
    expect(bodies(text)).toEqual(["HTTP/1.1 400"]);
  });
});

describe("a body that does not come", () => {
  it("is waited for as long as the config says, also when a head may take longer", async () => {
    site = await proxying(() => {}, [], { read_timeout: "100ms" });
    const head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf";
    expect(await exchangeBytes(site.port, head, /$^/)).toMatch(/^HTTP\/1.1 408/);
  });
});

// What the smaller fields of a server's config do.

import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Served } from "../../../src/apps/http/door.js";
import type { Limits } from "../../../src/apps/http/limits.js";
import { server } from "../../../src/apps/http/server.js";
import type { Json } from "../../../src/document/index.js";
import { alone } from "../../support/alone.js";
import { type Serving, serving } from "../../support/http.js";
import { atEnd, closeAll, rawExchange, rawUpstream, upstream } from "./reverseproxy/support.js";

/** The limits of a server with such a config. */
function limitsOf(config: object): Limits {
  return (alone(server, config) as unknown as Served).limits;
}

describe("the limits of a server", () => {
  it("are the usual ones where a config says 0, as in Caddy", () => {
    const zeros = { read_header_timeout: 0, idle_timeout: 0, keepalive_interval: 0 };
    expect(limitsOf({ ...zeros, max_header_bytes: 0 })).toEqual(limitsOf({}));
  });

  it("are none where a config says less", () => {
    const less = { read_header_timeout: -1, idle_timeout: "-1s", keepalive_interval: -1 };
    expect(limitsOf(less)).toMatchObject({ readHeaderMs: 0, idleMs: 0, keepAliveMs: 0 });
  });

  it("let TCP probe a connection when it was idle for as long as is said", () => {
    expect(limitsOf({ keepalive_interval: "5s" }).keepAliveMs).toBe(5000);
    expect(limitsOf({ keepalive_interval: "5s", keepalive_idle: "30s" }).keepAliveMs).toBe(30_000);
    expect(limitsOf({ keepalive_interval: -1, keepalive_idle: "30s" }).keepAliveMs).toBe(0);
  });
});

const FACTS = {
  "X-Client": ["{http.vars.client_ip}"],
  "X-Trusted": ["{http.vars.trusted_proxy}"],
};

describe("a server at a unix socket", () => {
  let site: Serving;
  let socketPath = "";
  beforeEach(() => {
    const directory = mkdtempSync(join(tmpdir(), "graft-"));
    atEnd(() => rmSync(directory, { recursive: true, force: true }));
    socketPath = join(directory, "web.sock");
  });
  afterEach(async () => {
    await site.stop();
    await closeAll();
  });

  const forwarded = { "X-Forwarded-For": "192.0.2.7, 10.0.0.1", "X-Forwarded-Proto": "https" };

  /** What an upstream hears of a client, and what the server takes it for. */
  async function told(config: object, set = FACTS): Promise<string> {
    const { dial } = await upstream(({ headers }, response) => {
      const fields = ["for", "proto", "host"].map((name) => headers[`x-forwarded-${name}`]);
      response.end([headers["x-client"], headers["x-trusted"], ...fields].join("; "));
    });
    const headers = { request: { set } };
    const routes: Json = [
      { handle: [{ handler: "reverse_proxy", upstreams: [{ dial }], headers }] },
    ];
    const listen = ["127.0.0.1:0", `unix/${socketPath}`];
    site = await serving(routes, { server: { listen, ...config } as Json });
    return new Promise((resolve, reject) => {
      const asked = httpRequest({ socketPath, headers: { Host: "a", ...forwarded } });
      asked.on("response", (answer) => resolve(text(answer))).on("error", reject);
      asked.end();
    });
  }

  it("believes nobody by itself", async () => {
    expect(await told({})).toBe("; false; ; ; ");
  });

  it("believes whoever connects, if it is told so", async () => {
    expect(await told({ trusted_proxies_unix: true })).toBe(
      "192.0.2.7; true; 192.0.2.7, 10.0.0.1; https; a",
    );
  });

  it("reads from right to left past the proxies that it trusts, if it is told so", async () => {
    const trusted_proxies = { source: "static", ranges: ["10.0.0.0/8"] };
    const strictly = { trusted_proxies_unix: true, trusted_proxies_strict: 1 };
    expect(await told(strictly)).toMatch(/^10\.0\.0\.1; true/);
    await site.stop();
    expect(await told({ ...strictly, trusted_proxies })).toMatch(/^192\.0\.2\.7; true/);
  });

  it("has peers that are called @", async () => {
    const set = {
      "X-Client": ["{http.request.remote}"],
      "X-Trusted": ["{http.request.remote.host}"],
    };
    expect(await told({}, set)).toMatch(/^@; @; /);
  });

  it("does not believe others for that", async () => {
    await told({ trusted_proxies_unix: true });
    expect((await site.get("/", { headers: forwarded })).body).toMatch(/^127\.0\.0\.1; false; 127/);
  });
});

describe("enable_full_duplex", () => {
  it("is accepted: a body may always be read while its answer is written", async () => {
    const echo = await upstream((request, response) => void request.pipe(response));
    const routes: Json = [
      { handle: [{ handler: "reverse_proxy", upstreams: [{ dial: echo.dial }] }] },
    ];
    const site = await serving(routes, { server: { enable_full_duplex: true } });
    const asked = httpRequest({ port: site.port, method: "POST" });
    asked.write("one ");
    const answer = await new Promise<NodeJS.ReadableStream>((resolve) => {
      asked.on("response", resolve);
    });
    asked.end("two");
    expect(await text(answer)).toBe("one two");
    await site.stop();
    await closeAll();
  });
});

describe("write_timeout", () => {
  let site: Serving;
  afterEach(async () => {
    await site.stop();
    await closeAll();
  });

  async function proxying(dial: string): Promise<void> {
    const routes: Json = [{ handle: [{ handler: "reverse_proxy", upstreams: [{ dial }] }] }];
    site = await serving(routes, { server: { write_timeout: "100ms" } });
  }

  it("ends the connection of an answer that takes longer", async () => {
    const { dial } = await upstream((_request, response) => void response.write("half"));
    await proxying(dial);
    const answer = await rawExchange(site.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(answer).toMatch(/\r\n\r\n4\r\nhalf\r\n$/);
  });

  it("lets nobody take half an answer for a whole one", async () => {
    const { dial } = await upstream((_request, response) => void response.write("half"));
    await proxying(dial);
    const client = connect(site.port, "127.0.0.1");
    client.write("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
    await expect(text(client)).rejects.toThrow("ECONNRESET");
  });

  it("says nothing of what follows an upgrade", async () => {
    const switching = "HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: shout\r\n\r\n";
    const { dial } = await rawUpstream((socket) =>
      socket.once("data", () => {
        socket.write(switching);
        socket.on("data", (chunk) => socket.end(String(chunk).toUpperCase()));
      }),
    );
    await proxying(dial);
    const client = connect(site.port, "127.0.0.1");
    atEnd(() => client.destroy());
    client.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: shout\r\n\r\n");
    const heard = text(client);
    await sleep(300);
    client.write("late");
    expect(await heard).toMatch(/LATE$/);
  });
});

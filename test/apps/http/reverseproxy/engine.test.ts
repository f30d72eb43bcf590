import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "@jest/globals";
import { WebSocket, WebSocketServer } from "ws";
import type { Json } from "../../../../src/document/index.js";
import { serving } from "../../../support/http.js";
import { atEnd, closeAll, listening, signal, upstream } from "./support.js";

afterEach(closeAll);

const proxyTo = (dial: string, more: object = {}): Json =>
  ({ handler: "reverse_proxy", upstreams: [{ dial }], ...more }) as unknown as Json;

/** A running Graft with these routes, until the end of the test. */
async function running(routes: Json) {
  const graft = await serving(routes);
  atEnd(() => graft.stop());
  return graft;
}

describe("reverse_proxy in a document", () => {
  it("takes Caddy's fields", async () => {
    const { dial } = await upstream((_request, response) => response.end("up"));
    const { get } = await running([
      {
        handle: [
          proxyTo(dial, {
            transport: {
              protocol: "http",
              tls: null,
              keep_alive: { max_idle_conns_per_host: 5, idle_timeout: "1m", probe_interval: "10s" },
              compression: false,
              dial_timeout: "1s",
              response_header_timeout: 5_000_000_000,
              read_timeout: "1m",
              write_timeout: "1m",
              max_conns_per_host: 10,
              versions: ["1.1", "2"],
            },
            load_balancing: {
              selection_policy: { policy: "header", field: "X", fallback: { policy: "first" } },
              retries: 2,
              try_duration: "1s",
              try_interval: "10ms",
              retry_match: [{ method: ["GET", "PUT"], path: ["/a*"] }],
            },
            health_checks: {
              passive: { fail_duration: "10s", max_fails: 3, unhealthy_status: [5] },
            },
            headers: {
              request: { set: { "X-Real-IP": ["{http.request.remote.host}"] } },
              response: { delete: ["X-Powered-By"], require: { status_code: [2] } },
            },
            flush_interval: -1,
            trusted_proxies: ["10.0.0.0/8", "::1"],
            request_buffers: 1000,
            response_buffers: 1000,
            stream_timeout: "1h",
            stream_close_delay: "1s",
          }),
        ],
      },
    ]);
    expect(await get("/")).toMatchObject({ status: 200, body: "up" });
  });

  const refused: readonly (readonly [name: string, where: string, node: object])[] = [
    ["dynamic_upstreams", "dynamic_upstreams", { dynamic_upstreams: { source: "a" } }],
    [
      "an unknown field of handle_response",
      "handle_response/0",
      { handle_response: [{ rouets: [] }] },
    ],
    [
      "a status of handle_response that is none",
      "handle_response/0/status_code",
      { handle_response: [{ status_code: "99" }] },
    ],
    [
      "an error in the routes of handle_response",
      "handle_response/1/routes/0/handle/0",
      { handle_response: [{}, { routes: [{ handle: [{ handler: "copy_respons" }] }] }] },
    ],
    ["active health checks", "active", { health_checks: { active: { uri: "/" } } }],
    ["fastcgi", "fastcgi", { transport: { protocol: "fastcgi" } }],
    ["HTTP/2 in the clear", "versions", { transport: { protocol: "http", versions: ["h2c"] } }],
    [
      "an unknown policy",
      "nearest",
      { load_balancing: { selection_policy: { policy: "nearest" } } },
    ],
    ["a URL to dial", "dial", { upstreams: [{ dial: "http://a" }] }],
    ["an address without port", "dial", { upstreams: [{ dial: "localhost" }] }],
    ["a range of ports", "dial", { upstreams: [{ dial: "localhost:80-90" }] }],
    ["a method that is none", "rewrite/method", { rewrite: { method: "a b" } }],
    [
      "a pattern that is none",
      "rewrite/path_regexp/0",
      { rewrite: { path_regexp: [{ find: "(" }] } },
    ],
    ["a proxy that is no address", "trusted_proxies", { trusted_proxies: ["me"] }],
  ];
  it.each(refused)("refuses by name: %s", async (_name, where, node) => {
    const routes = [{ handle: [proxyTo("a:1", node)] }];
    await expect(running(routes)).rejects.toThrow(where);
  });

  it("gives its failures to the error routes", async () => {
    const { dial, close } = await upstream(() => {});
    await close();
    const errors = {
      routes: [
        {
          handle: [
            {
              handler: "static_response",
              body: "{http.error.status_code} sorry",
              status_code: 503,
            },
          ],
        },
      ],
    };
    const graft = await serving([{ handle: [proxyTo(dial)] }], { server: { errors } as Json });
    atEnd(() => graft.stop());
    expect(await graft.get("/")).toMatchObject({ status: 503, body: "502 sorry" });
  });
});

describe("a change of the document", () => {
  it("keeps WebSockets of untouched routes, and ends those of routes that go", async () => {
    const server = createServer();
    const sockets = new WebSocketServer({ server });
    sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(String(data))));
    atEnd(() => sockets.close());
    const { dial } = await listening(server);

    const proxied = { match: [{ path: ["/ws"] }], handle: [proxyTo(dial)] };
    const saying = (body: string) => ({ handle: [{ handler: "static_response", body }] });
    const { load, get, port } = await running([proxied, saying("one")] as unknown as Json);
    const client = new WebSocket(`ws://127.0.0.1:${port}/ws`);
    const opened = signal();
    const closed = signal<number>();
    client.on("open", () => opened.fire()).on("close", (code) => closed.fire(code));
    await opened.fired;

    for (const body of ["two", "three", "four"]) {
      await load([proxied, saying(body)] as unknown as Json);
    }
    expect((await get("/")).body).toBe("four");
    const echoed = signal<string>();
    client.on("message", (data) => echoed.fire(String(data)));
    client.send("still here");
    expect(await echoed.fired).toBe("still here");

    await load([saying("five")] as unknown as Json);
    expect(await closed.fired).toBe(1001);
  });

  it("keeps the connections to an upstream whose proxy changes", async () => {
    let connections = 0;
    const server = createServer((_request, response) => response.end("ok"));
    server.on("connection", () => connections++);
    const { dial } = await listening(server);
    const { load, get } = await running([{ handle: [proxyTo(dial)] }]);
    for (const flush_interval of ["1s", "2s", "3s"]) {
      expect((await get("/")).body).toBe("ok");
      await load([{ handle: [proxyTo(dial, { flush_interval })] }]);
    }
    expect((await get("/")).body).toBe("ok");
    expect(connections).toBe(1);
  });
});

import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { type GuardRules, guardRules, judge, type Provenance } from "../../src/admin/index.js";
import { startAdmin, type TestAdmin } from "../support/admin.js";

const loopback = guardRules({ network: "tcp", host: "localhost", port: 2019 });
const public_ = guardRules({ network: "tcp", host: "10.0.0.1", port: 80 });
const wildcard = guardRules({ network: "tcp", host: "", port: 2019 });
const socket = guardRules({ network: "unix" });
const page = guardRules(
  { network: "tcp", host: "::1", port: 2019 },
  { origins: ["https://ops.example:8443", "localhost:2019"] },
);
const strict = guardRules({ network: "unix" }, { enforce_origin: true, origins: ["ops.example"] });
const nobody = guardRules({ network: "tcp", host: "127.0.0.1", port: 2019 }, { origins: [] });

const from = (facts: Partial<Provenance>): Provenance => ({
  host: undefined,
  origin: undefined,
  referer: undefined,
  secFetchMode: undefined,
  upgrade: undefined,
  ...facts,
});

describe("the guard", () => {
  it.each<[string, GuardRules, Partial<Provenance>]>([
    ["a tool that names the loopback address", loopback, { host: "127.0.0.1:2019" }],
    ["a tool that names localhost in capitals", loopback, { host: "LOCALHOST:2019" }],
    ["a tool that names the IPv6 loopback", loopback, { host: "[::1]:2019" }],
    ["any host on a wildcard listener", wildcard, { host: "anything" }],
    ["no host on a unix socket", socket, {}],
    ["a public address that is its own", public_, { host: "10.0.0.1:80" }],
    ["another upgrade than WebSocket", loopback, { host: "localhost:2019", upgrade: "h2c" }],
  ])("lets %s in without an origin", (_, rules, facts) => {
    expect(judge(from(facts), rules)).toEqual({ allowed: true });
  });

  it.each<[string, GuardRules, Partial<Provenance>, string]>([
    [
      "a page of the endpoint itself",
      loopback,
      { host: "localhost:2019", origin: "http://localhost:2019" },
      "http://localhost:2019",
    ],
    [
      "an allowed page, by its scheme",
      page,
      { host: "localhost:2019", origin: "https://ops.example:8443" },
      "https://ops.example:8443",
    ],
    [
      "an allowed page that only its Referer names",
      page,
      { host: "localhost:2019", referer: "http://localhost:2019/x?y#z", secFetchMode: "cors" },
      "http://localhost:2019",
    ],
    [
      "an allowed origin on a strict socket",
      strict,
      { origin: "http://ops.example" },
      "http://ops.example",
    ],
  ])("lets %s in and names it", (_, rules, facts, origin) => {
    expect(judge(from(facts), rules)).toEqual({ allowed: true, origin });
  });

  it.each<[number, string, GuardRules, Partial<Provenance>]>([
    [403, "a name that was made to resolve to us", loopback, { host: "evil.example:2019" }],
    [403, "the right host on the wrong port", loopback, { host: "localhost:80" }],
    [403, "no host at all", loopback, {}],
    [403, "an empty host", loopback, { host: "" }],
    [403, "a foreign page", loopback, { host: "localhost:2019", origin: "http://evil.example" }],
    [
      403,
      "a page on another port",
      loopback,
      { host: "localhost:2019", origin: "http://localhost" },
    ],
    [
      403,
      "an origin of the wrong scheme",
      page,
      { host: "localhost:2019", origin: "http://ops.example:8443" },
    ],
    [
      403,
      "an origin that hides ours in its user name",
      loopback,
      { host: "localhost:2019", origin: "http://localhost:2019@evil.example" },
    ],
    [
      403,
      "an origin that begins as ours does",
      loopback,
      { host: "localhost:2019", origin: "http://localhost:2019.evil.example" },
    ],
    [403, "an empty origin", loopback, { host: "localhost:2019", origin: "" }],
    [
      403,
      "an origin without a scheme",
      loopback,
      { host: "localhost:2019", origin: "localhost:2019" },
    ],
    [
      403,
      "a browser that names no origin",
      loopback,
      { host: "localhost:2019", secFetchMode: "navigate" },
    ],
    [403, "a page on a wildcard listener", wildcard, { host: "x", origin: "http://evil.example" }],
    [403, "a page on a unix socket", socket, { origin: "http://evil.example" }],
    [403, "no origin where one is asked for", strict, {}],
    [403, "anybody where no origin is allowed", nobody, { host: "127.0.0.1:2019" }],
    [400, "a WebSocket", loopback, { host: "localhost:2019", upgrade: "WebSocket" }],
    [
      400,
      "a WebSocket among others",
      loopback,
      { host: "localhost:2019", upgrade: "h2c, websocket" },
    ],
    [
      400,
      "a request without the same-origin policy",
      loopback,
      { host: "localhost:2019", secFetchMode: "no-cors" },
    ],
    [400, "the origin null", loopback, { host: "localhost:2019", origin: "null" }],
  ])("refuses with %d %s", (status, _, rules, facts) => {
    expect(judge(from(facts), rules)).toMatchObject({ allowed: false, status });
  });
});

describe("the guarded server", () => {
  let admin: TestAdmin;
  afterEach(() => admin.close());

  const load = (headers: Record<string, string>) =>
    admin.ask("POST", "/load", { text: "{}", type: "text/plain", headers });

  it("obeys no page that posts a form or a text to /load", async () => {
    admin = await startAdmin({ kept: true });
    const host = `127.0.0.1:${admin.port}`;
    expect((await load({ Origin: "http://evil.example" })).status).toBe(403);
    expect((await load({ Host: "evil.example" })).status).toBe(403);
    expect((await load({ Host: host, Origin: "null" })).status).toBe(400);
    expect((await load({ Host: host, "Sec-Fetch-Mode": "no-cors" })).status).toBe(400);
    expect(admin.door.asked).toEqual([]);
  });

  it.each([
    "GET /config/ HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n",
    "GET http://b.test/config/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
  ])("does not take the first of two hosts for the only one: %j", async (request) => {
    admin = await startAdmin({}, { rules: () => ({ ...loopback, origins: ["a.test"] }) });
    const socket = connect(admin.port, "127.0.0.1").setEncoding("latin1");
    socket.write(request);
    const [answer] = await once(socket, "data");
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });

  it("refuses a WebSocket upgrade as an ordinary request", async () => {
    admin = await startAdmin();
    const { status, json } = await admin.ask("GET", "/events", {
      headers: { Connection: "Upgrade", Upgrade: "websocket" },
    });
    expect([status, json]).toEqual([400, { error: expect.stringContaining("WebSocket") }]);
  });

  it("answers a preflight of an allowed page, and tells it may read the ETag", async () => {
    admin = await startAdmin({ a: 1 });
    const headers = { Origin: `http://127.0.0.1:${admin.port}` };
    const preflight = await admin.ask("OPTIONS", "/config/a", { headers });
    expect(preflight).toMatchObject({
      status: 204,
      headers: {
        "access-control-allow-origin": headers.Origin,
        "access-control-allow-methods": "OPTIONS, GET, POST, PUT, PATCH, DELETE",
        "access-control-allow-headers": expect.stringContaining("If-Match"),
      },
    });
    const { headers: got } = await admin.ask("GET", "/config/a", { headers });
    expect(got).toMatchObject({
      "access-control-allow-origin": headers.Origin,
      "access-control-expose-headers": "ETag",
      vary: "Origin",
    });
  });

  it("reads its rules anew for each request", async () => {
    let rules = guardRules({ network: "unix" });
    admin = await startAdmin({}, { rules: () => rules });
    expect((await admin.ask("GET", "/config/")).status).toBe(200);
    rules = { ...rules, enforceHost: true };
    expect((await admin.ask("GET", "/config/")).status).toBe(403);
  });
});

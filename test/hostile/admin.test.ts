// The same for the admin endpoint of a whole Graft: whatever is sent there, what is served stays.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { type Ask, ask } from "../support/http.js";
import { provoke, send, startTarget, statuses, type Target } from "./target.js";

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterEach(() => target.unharmed());
afterAll(() => target.stop());

const JSON_TYPE = { "Content-Type": "application/json" };
const load = (body: string, headers: Ask["headers"] = {}) =>
  ask(target.admin, "/load", { method: "POST", headers: { ...JSON_TYPE, ...headers }, body });

/** The bytes of a request, to the endpoint's own name. */
const bytesOf = (request: string, ...lines: string[]) =>
  [`${request} HTTP/1.1`, `Host: 127.0.0.1:${target.admin}`, ...lines, "", ""].join("\r\n");

describe("a document that cannot be served", () => {
  it.each([
    ["cut off", '{"apps":{"http":{"servers":{"srv":{"listen":["127.0'],
    ["an array", "[]"],
    ["a number", "1e999"],
    ["apps that are a list", '{"apps":[]}'],
    ["servers that are a text", '{"apps":{"http":{"servers":"srv"}}}'],
    ["a server that is null", '{"apps":{"http":{"servers":{"srv":null}}}}'],
    ["routes that are numbers", '{"apps":{"http":{"servers":{"srv":{"routes":[1,[],null]}}}}}'],
    ["an address that is an object", '{"apps":{"http":{"servers":{"srv":{"listen":[{}]}}}}}'],
    ["a port beyond all", '{"apps":{"http":{"servers":{"srv":{"listen":[":65536"]}}}}}'],
    ["a prototype", '{"__proto__":{"apps":{}}}'],
    ["a module by an inherited name", '{"apps":{"constructor":{}}}'],
    [
      "a handler by an inherited name",
      '{"apps":{"http":{"servers":{"srv":{"routes":[{"handle":[{"handler":"__proto__"}]}]}}}}}',
    ],
    [
      "an expression that is broken",
      '{"apps":{"http":{"servers":{"srv":{"routes":[{"match":[{"path_regexp":{"pattern":"("}}]}]}}}}}',
    ],
    ["nesting without end", `{"apps":${"[".repeat(200_000)}`],
    ["nesting that is too deep", `{"apps":${"[".repeat(5000)}${"]".repeat(5000)}}`],
    ["ids that are the same", '{"apps":{"@id":"a","http":{"@id":"a"}}}'],
  ])("is refused and leaves the one that is served: %s", async (_, body) => {
    const { status, body: text } = await load(body);
    expect([status, typeof JSON.parse(text).error]).toEqual([400, "string"]);
  });

  it("is refused when it is not UTF-8", async () => {
    const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const start = bytesOf(
      "POST /load",
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
      "Connection: close",
    );
    expect(statuses(await provoke(target.admin, start, body))).toEqual([400]);
  });

  it("is refused when it is announced as larger than allowed", async () => {
    const start = bytesOf(
      "POST /load",
      ...["Content-Type: application/json"],
      "Content-Length: 1e9",
    );
    expect(statuses(await provoke(target.admin, start))).toEqual([400]);
    const honest = bytesOf(
      "POST /load",
      "Content-Type: application/json",
      "Content-Length: 999999999",
    );
    const wire = await send(target.admin, honest);
    expect(statuses(await wire.until(/^HTTP/))).toEqual([413]);
    wire.socket.destroy();
  });
});

describe("a request that is not for this endpoint", () => {
  it.each(["evil.test", "127.0.0.1", "127.0.0.1:1", "localhost.evil.test", "a/b", "127.0.0.1@x"])(
    "is refused with 403 or 400 for the Host %j",
    async (host) => {
      const body = await load("{}", { Host: host });
      expect([400, 403]).toContain(body.status);
    },
  );

  it.each([
    [{ Origin: "http://evil.test" }, 403],
    [{ Origin: "null" }, 400],
    [{ Origin: "http://127.0.0.1.evil.test" }, 403],
    [{ Origin: "http://evil.test#127.0.0.1" }, 403],
    [{ Origin: "file://" }, 403],
    [{ "Sec-Fetch-Mode": "no-cors" }, 400],
    [{ "Sec-Fetch-Mode": "cors" }, 403],
    [{ Upgrade: "websocket", Connection: "Upgrade" }, 400],
  ])("is refused with %j", async (headers, status) => {
    expect((await load("{}", headers as unknown as Record<string, string>)).status).toBe(status);
  });
});

describe("a request to the endpoint that two servers may read differently", () => {
  const loading = "Content-Type: application/json";
  it.each([
    ["a length and chunks", [loading, "Content-Length: 2", "Transfer-Encoding: chunked"]],
    ["two lengths", [loading, "Content-Length: 2", "Content-Length: 3"]],
    ["a space before the colon", [loading, "Content-Length : 2"]],
    ["a NUL", [loading, "X-A: \0", "Content-Length: 2"]],
  ])("changes nothing: %s", async (_, lines) => {
    const received = await provoke(target.admin, bytesOf("POST /load", ...lines), "{}");
    expect(statuses(received)).toEqual([400]);
  });

  it("changes nothing when it carries another in its body", async () => {
    const inner = bytesOf("DELETE /config/");
    const outer = bytesOf("GET /config/", `Content-Length: ${inner.length}`, "Connection: close");
    expect(statuses(await provoke(target.admin, outer, inner))).toEqual([200]);
  });
});

describe("a client of the endpoint that does not do its part", () => {
  it("does not keep others from being served, and is let go", async () => {
    const slow = await Promise.all(
      Array.from({ length: 50 }, () => send(target.admin, "POST /load HTTP/1.1\r\nHo")),
    );
    await target.unharmed();
    for (const { closed } of slow) expect(statuses(await closed)).toEqual([408]);
  });

  it("changes nothing when it vanishes in the middle of a document", async () => {
    const start = bytesOf("POST /load", "Content-Type: application/json", "Content-Length: 100");
    const { socket, closed } = await send(target.admin, start, '{"apps":');
    socket.resetAndDestroy();
    await closed;
  });

  it("gets a thousand answers in order when it asks for them at once", async () => {
    const all = Array.from({ length: 1000 }, (_, i) => bytesOf(`GET /id/none-${i}`));
    const received = await provoke(target.admin, all.join(""));
    const asked = [...received.matchAll(/none-(\d+)/g)].map(([, i]) => Number(i));
    expect([...new Set(asked)]).toEqual(all.map((_, i) => i));
  });
});

// Requests that nobody sends by mistake, to the served sites. They are refused or answered, one by
// one, and the server goes on as if nothing had happened.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { ask } from "../support/http.js";
import { head, LARGE, provoke, send, startTarget, statuses, type Target } from "./target.js";

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterEach(() => target.unharmed());
afterAll(() => target.stop());

const INNER = head("/admin-only/x");
const post = (...lines: string[]) => head("/", lines, "POST");

describe("a request that two servers may read differently", () => {
  it.each([
    ["a length and chunks", `${post("Content-Length: 5", "Transfer-Encoding: chunked")}0\r\n\r\n`],
    ["chunks and a length", `${post("Transfer-Encoding: chunked", "Content-Length: 5")}0\r\n\r\n`],
    ["two lengths", `${post("Content-Length: 0", "Content-Length: 50")}`],
    ["a list of lengths", `${post("Content-Length: 0, 50")}`],
    ["a signed length", `${post("Content-Length: +0")}`],
    ["a hexadecimal length", `${post("Content-Length: 0x0")}`],
    ["chunks that come first", `${post("Transfer-Encoding: chunked, identity")}0\r\n\r\n`],
    ["a space before the colon", `${post("Content-Length : 0")}`],
    ["a folded line", `${head("/", ["X-A: b", " Content-Length: 50"])}`],
    ["a NUL in a value", `${head("/", ["X-A: b\0c"])}`],
    ["a NUL in a name", `${head("/", ["X\0A: b"])}`],
    ["a bare CR in a value", `${head("/", ["X-A: b\rX-B: c"])}`],
    ["a name with a space", `${head("/", ["X A: b"])}`],
    ["no name at all", `${head("/", [": b"])}`],
    ["a version of its own", "GET / HTTP/1.9\r\nHost: a.test\r\n\r\n"],
    ["a preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["a greeting of TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
    ["no Host", "GET / HTTP/1.1\r\n\r\n"],
    [
      "no Host, but an upgrade",
      "GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
    ],
  ])("is refused for %s, and what follows it is not read as another", async (_, bytes) => {
    const received = await provoke(target.traffic, bytes, INNER);
    expect(received).not.toContain("inner");
    expect(statuses(received).filter((status) => status !== 400 && status !== 505)).toEqual([]);
    expect(statuses(received).length).toBeLessThanOrEqual(1);
  });

  it.each([
    ["chunks by another name", `${post("Transfer-Encoding: xchunked")}0\r\n\r\n`],
    ["a chunk size that is no number", `${post("Transfer-Encoding: chunked")}zz\r\n\r\n`],
    [
      "a chunk size too large to count",
      `${post("Transfer-Encoding: chunked")}${"f".repeat(20)}\r\n`,
    ],
    ["a chunk longer than it says", `${post("Transfer-Encoding: chunked")}1\r\nabc\r\n0\r\n\r\n`],
  ])("is the last on its connection for %s, although it may be answered", async (_, bytes) => {
    const received = await provoke(target.traffic, bytes, INNER);
    expect(received).not.toContain("inner");
    expect(statuses(received)).toHaveLength(1);
  });

  it("ends a line with CR and LF; with LF alone nothing more is let in", async () => {
    const received = await provoke(target.traffic, "GET / HTTP/1.1\nHost: a.test\n\n", INNER);
    expect(statuses(received).length).toBeLessThanOrEqual(2);
  });
});

describe("a Host that leads elsewhere", () => {
  it.each(["a/b", "a\\b", "..", "a..b/..", "a.test/../../etc", "a b", "a\tb", "a@b/c"])(
    "is refused with 400: %j",
    async (host) => {
      const bytes = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
      expect(statuses(await provoke(target.traffic, bytes))).toEqual([400]);
    },
  );

  it.each([
    ["another", ["Host: b.test"]],
    ["the same again", ["Host: a.test"]],
    ["an empty one", ["Host:"]],
    ["one more at the end, in capitals", ["X-A: b", "HOST: b.test"]],
  ])("is refused when there is a second: %s", async (_, lines) => {
    const bytes = head("/", [...lines, "Connection: close"]);
    expect(statuses(await provoke(target.traffic, bytes))).toEqual([400]);
  });

  it("is not needed in HTTP/1.0, where there may be only one too", async () => {
    const request = (...lines: string[]) => ["GET / HTTP/1.0", ...lines, "", ""].join("\r\n");
    expect(statuses(await provoke(target.traffic, request()))).toEqual([200]);
    const two = request("Host: a.test", "Host: b.test");
    expect(statuses(await provoke(target.traffic, two))).toEqual([400]);
  });
});

describe("a target of an unusual form", () => {
  it.each([
    ["http://other.test/x", [200]],
    ["//evil.test/x", [200]],
    ["///", [200]],
    ["/%00", [200, 400]],
    ["/%c0%ae%c0%ae/", [200, 400]],
    ["/%e0%80%af", [200, 400]],
    ["/%zz", [200, 400]],
    ["/%", [200, 400]],
    ["/\\..\\x", [200, 400]],
    ["/../../../etc/passwd", [200]],
    ["*", [200, 400]],
    ["x", [400]],
    [`/${"a".repeat(8000)}`, [200]],
    [`/${"a/../".repeat(2000)}`, [200]],
    [`/?${"a&".repeat(6000)}`, [200]],
  ])("is answered once: %.40s", async (path, allowed) => {
    const received = await provoke(target.traffic, head(path, ["Connection: close"]));
    expect(statuses(received)).toHaveLength(1);
    expect(allowed).toContain(statuses(received)[0]);
    expect(received).not.toContain("root:");
  });

  it("cannot make an expression run for long", async () => {
    const path = `/${"a".repeat(2000)}!`;
    const answers = await Promise.all(Array.from({ length: 4 }, () => ask(target.traffic, path)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await ask(target.traffic, `/${"a".repeat(200)}`)).body).toBe("matched");
  });
});

describe("too much of something", () => {
  it.each([
    ["one field", [`X-Flood: ${"x".repeat(100_000)}`]],
    ["many fields", Array.from({ length: 5000 }, (_, i) => `X-${i}: xxxxxxxxxxxxxxxx`)],
    ["one name", [`${"X".repeat(100_000)}: 1`]],
  ])("is refused with 431: %s", async (_, lines) => {
    expect(statuses(await provoke(target.traffic, head("/", lines)))).toEqual([431]);
  });

  it("is refused when it hides in the extensions of a chunk", async () => {
    const start = post("Transfer-Encoding: chunked");
    const wire = await send(target.traffic, start, `1;${"x".repeat(200_000)}\r\na\r\n0\r\n\r\n`);
    wire.socket.end();
    expect(statuses(await wire.closed).length).toBeLessThanOrEqual(2);
  });

  it("is answered in order when a thousand requests come at once", async () => {
    const all = Array.from({ length: 1000 }, (_, i) => head(`/${i}`));
    const received = await provoke(target.traffic, all.join(""));
    const bodies = [...received.matchAll(/ok \/(\d+)/g)].map(([, i]) => Number(i));
    expect(bodies).toEqual(all.map((_, i) => i));
  });
});

describe("a client that does not do its part", () => {
  it("is let go when its head does not come, while others are served", async () => {
    const slow = await Promise.all(
      Array.from({ length: 50 }, () => send(target.traffic, "GET / HTTP/1.1\r\nHo")),
    );
    await target.unharmed();
    for (const { closed } of slow) expect(statuses(await closed)).toEqual([408]);
  });

  it("is let go when its head comes one byte at a time", async () => {
    const { socket, closed } = await send(target.traffic, "GET / HTTP/1.1\r\nX-Slow: ");
    const drip = setInterval(() => socket.write("x"), 50);
    const received = await closed;
    clearInterval(drip);
    expect(statuses(received)).toEqual([408]);
  });

  it("gets its whole answer when it has closed its own half", async () => {
    const received = await provoke(target.traffic, head("/large", ["Connection: close"]));
    expect(received.length - received.indexOf("\r\n\r\n") - 4).toBe(LARGE.length);
  });

  it("may vanish in the middle of answers", async () => {
    const wires = await Promise.all(
      Array.from({ length: 20 }, () => send(target.traffic, head("/large"))),
    );
    for (const { until, socket } of wires) {
      await until(/xxx/);
      socket.resetAndDestroy();
    }
    await Promise.all(wires.map(({ closed }) => closed));
  });

  it("may vanish in the middle of a request's body", async () => {
    const { socket, closed } = await send(target.traffic, post("Content-Length: 1000"), "abc");
    socket.resetAndDestroy();
    await closed;
  });
});

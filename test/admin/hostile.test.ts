import { afterEach, describe, expect, it } from "@jest/globals";
import { startAdmin, type TestAdmin } from "../support/admin.js";

let admin: TestAdmin;
afterEach(() => admin.close());

const KEPT = { kept: true };
const LIMIT = 1024 * 1024;
const small = { limits: { bodyBytes: LIMIT, bodyStallMs: 200 } };

const head = (method: string, path: string, headers: Record<string, string | number>) =>
  `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${admin.port}\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;

const JSON_TYPE = { "Content-Type": "application/json" };

/** Wait until something came that matches. */
async function until(received: () => string, pattern: RegExp): Promise<void> {
  while (!pattern.test(received())) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("a body that is too large", () => {
  it("is refused by its Content-Length before any of it came", async () => {
    admin = await startAdmin(KEPT);
    const length = 101 * 1024 * 1024;
    const { received, socket } = await admin.raw(
      head("POST", "/load", { ...JSON_TYPE, "Content-Length": length }),
    );
    await until(received, /^HTTP\/1.1 413.*larger than/s);
    socket.destroy();
    expect(admin.door.asked).toEqual([]);
  });

  it("is refused instead of being asked for, when the client asks first", async () => {
    admin = await startAdmin(KEPT, small);
    const expecting = { ...JSON_TYPE, Expect: "100-continue" };
    const large = await admin.raw(
      head("POST", "/load", { ...expecting, "Content-Length": LIMIT + 1 }),
    );
    await until(large.received, /^HTTP\/1.1 413/);
    const fine = await admin.raw(head("POST", "/load", { ...expecting, "Content-Length": 2 }));
    await until(fine.received, /^HTTP\/1.1 100/);
    fine.socket.write("{}");
    await until(fine.received, /HTTP\/1.1 200/);
  });

  it("is refused while it streams in without a length", async () => {
    admin = await startAdmin(KEPT, small);
    const headers = { ...JSON_TYPE, "Transfer-Encoding": "chunked" };
    const { received, socket } = await admin.raw(head("POST", "/load", headers));
    const piece = Buffer.alloc(64 * 1024, " ");
    for (let sent = 0; sent <= LIMIT; sent += piece.length) {
      socket.write(`${piece.length.toString(16)}\r\n`);
      socket.write(piece);
      socket.write("\r\n");
    }
    await until(received, /^HTTP\/1.1 413/);
    expect(admin.door.document).toBe(KEPT);
  });

  it("is taken when it is just as large as allowed", async () => {
    admin = await startAdmin(KEPT, small);
    const text = `"${"x".repeat(LIMIT - 2)}"`;
    expect((await admin.ask("POST", "/load", { text, ...jsonType })).status).toBe(200);
    expect((await admin.ask("POST", "/load", { text: `${text} `, ...jsonType })).status).toBe(413);
  });
});

const jsonType = { type: "application/json" };

describe("a body that is broken", () => {
  it.each<[string, Buffer | string]>([
    ["invalid UTF-8", Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ["an overlong encoding", Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ["a lone surrogate in UTF-8", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ["UTF-16", Buffer.from('\uFEFF{"a":1}', "utf16le")],
    ["a hundred thousand open brackets", "[".repeat(100_000)],
    ["nesting deeper than allowed", `${"[".repeat(5000)}${"]".repeat(5000)}`],
    ["nesting in objects", `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`],
    ["two values", "{} {}"],
    ["a comment", "{} // no"],
    ["NaN", "[NaN]"],
    ["nothing", ""],
    ["a NUL", "\0"],
  ])("is refused with 400 for %s", async (_, text) => {
    admin = await startAdmin(KEPT);
    for (const [method, path] of [
      ["POST", "/load"],
      ["POST", "/adapt"],
      ["PATCH", "/config/kept"],
      ["PUT", "/config/new"],
    ] as const) {
      const answer = await admin.ask(method, path, { text, ...jsonType });
      expect(answer).toMatchObject({ status: 400, json: { error: expect.any(String) } });
    }
    expect(admin.door.document).toBe(KEPT);
  });

  it("is refused with 415 when it is compressed", async () => {
    admin = await startAdmin(KEPT);
    const headers = { "Content-Encoding": "gzip" };
    const answer = await admin.ask("POST", "/load", { text: "{}", headers, ...jsonType });
    expect(answer.status).toBe(415);
  });

  it("changes nothing when it ends too early", async () => {
    admin = await startAdmin(KEPT);
    const { socket, closed } = await admin.raw(
      `${head("POST", "/load", { ...JSON_TYPE, "Content-Length": 100 })}{"a":1}`,
    );
    socket.end();
    await closed;
    expect(admin.door.asked).toEqual([]);
    expect((await admin.ask("GET", "/config/kept")).json).toBe(true);
  });

  it("changes nothing when it stands still, and is told so", async () => {
    admin = await startAdmin(KEPT, small);
    const { received, closed } = await admin.raw(
      `${head("POST", "/load", { ...JSON_TYPE, "Content-Length": 7 })}{"a":`,
    );
    await closed;
    expect(received()).toMatch(/^HTTP\/1.1 408/);
    expect(admin.door.asked).toEqual([]);
  });
});

describe("a head that is broken", () => {
  it("is refused when it is larger than 64 KiB, and taken just below", async () => {
    admin = await startAdmin(KEPT);
    const flood = await admin.raw(head("GET", "/config/", { "X-Flood": "x".repeat(66 * 1024) }));
    await flood.closed;
    expect(flood.received()).toMatch(/^HTTP\/1.1 431/);
    const headers = { "X-Much": "x".repeat(60 * 1024) };
    expect((await admin.ask("GET", "/config/", { headers })).status).toBe(200);
  });

  it.each([
    ["no HTTP", "hello\r\n\r\n"],
    [
      "two lengths",
      "POST /load HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ],
    [
      "a length and chunks",
      "POST /load HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
    ["no Host", "GET /config/ HTTP/1.1\r\n\r\n"],
  ])("is refused with 400 for %s", async (_, text) => {
    admin = await startAdmin(KEPT);
    const { received, closed, socket } = await admin.raw(text);
    await until(received, /^HTTP\/1.1 400/);
    socket.end();
    await closed;
    expect(admin.door.asked).toEqual([]);
  });
});

describe("an unknown endpoint", () => {
  it.each(["/", "/configs/", "/Config/", "/load/", "/revisions/x", "/revisions/0", "/__proto__"])(
    "such as %s is a JSON 404",
    async (path) => {
      admin = await startAdmin(KEPT);
      const answer = await admin.ask("GET", path);
      expect(answer).toMatchObject({ status: 404, json: { error: expect.any(String) } });
      expect(answer.headers["content-type"]).toBe("application/json");
    },
  );
});

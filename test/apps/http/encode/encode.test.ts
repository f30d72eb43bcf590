// Which answers are compressed, and what their heads say.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Json, JsonObject } from "../../../../src/document/index.js";
import { type Serving, serving } from "../../../support/http.js";
import { type Ask, ask as askPort } from "./asking.js";

const TEXT = "to be or not to be, ".repeat(100);
const encode: JsonObject = { handler: "encode", encodings: { gzip: {} } };

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "graft-encode-"));
  writeFileSync(join(root, "page.html"), TEXT);
  writeFileSync(join(root, "large.json"), JSON.stringify({ text: TEXT.repeat(100) }));
  writeFileSync(join(root, "stored.css"), TEXT);
  writeFileSync(join(root, "stored.css.gz"), gzipSync("stored"));
});
afterAll(() => rmSync(root, { recursive: true }));

let site: Serving | undefined;
afterEach(async () => {
  await site?.stop();
  site = undefined;
});

async function serve(handle: readonly Json[], errors?: Json): Promise<void> {
  const server = errors === undefined ? {} : { errors: { routes: errors } };
  const routes = [{ handle: [...handle] }];
  if (site === undefined) site = await serving(routes, { server });
  else await site.load(routes, server);
}
const ask = (path?: string, asked?: Ask) => askPort(site?.port ?? 0, path, asked);
const saying = (body: string, headers: JsonObject = {}, rest: JsonObject = {}): Json => ({
  handler: "static_response",
  body,
  headers,
  ...rest,
});
const setting = (set: JsonObject): Json => ({ handler: "headers", response: { set } });
const files = (): Json => ({ handler: "file_server", root, precompressed: { gzip: {} } });

describe("an answer to a client that takes gzip", () => {
  it("is compressed, and says how, and for whom", async () => {
    await serve([encode, saying(TEXT, { ETag: ['"v1"'], "Accept-Ranges": ["bytes"] })]);
    const { headers, bytes, text } = await ask();
    expect(headers).toMatchObject({
      "content-encoding": "gzip",
      "content-length": String(bytes.length),
      etag: '"v1-gzip"',
      vary: "Accept-Encoding",
    });
    expect(headers["accept-ranges"]).toBeUndefined();
    expect(bytes.length).toBeLessThan(TEXT.length / 2);
    expect(text).toBe(TEXT);
  });

  it("is the same each time, and another when the config is another", async () => {
    await serve([encode, saying(TEXT)]);
    const [first, second] = [await ask(), await ask()];
    expect(second.bytes).toEqual(first.bytes);
    await serve([encode, saying("")]);
    expect((await ask()).text).toBe("");
    await serve([encode, saying(TEXT.toUpperCase())]);
    expect((await ask()).text).toBe(TEXT.toUpperCase());
  });

  it("is compressed anew where it depends on the request", async () => {
    await serve([encode, saying(`${TEXT}{http.request.uri.path}`)]);
    expect((await ask("/a")).text).toBe(`${TEXT}/a`);
    expect((await ask("/b")).text).toBe(`${TEXT}/b`);
  });

  it.each([
    ["is short", saying("x".repeat(512))],
    ["is empty", { handler: "static_response" }],
    ["is a picture", saying(TEXT, { "Content-Type": ["image/png"] })],
    ["is encoded already", saying(TEXT, { "Content-Encoding": ["br"] })],
    ["must stay as it is", saying(TEXT, { "Cache-Control": ["public, No-Transform"] })],
    ["is a part", saying(TEXT, {}, { status_code: 206 })],
    ["can have no body", saying("", {}, { status_code: 204 })],
  ] as [string, Json][])("stays as it is if it %s", async (_why, answer) => {
    await serve([encode, answer]);
    const { headers } = await ask();
    expect(headers["content-encoding"]).not.toBe("gzip");
    expect(headers.vary).toBeUndefined();
  });

  it("is compressed from the length on that the config says", async () => {
    await serve([{ ...encode, minimum_length: 10 }, saying("{http.request.uri.query}")]);
    expect((await ask("/?0123456789")).headers["content-encoding"]).toBeUndefined();
    expect((await ask("/?0123456789a")).headers["content-encoding"]).toBe("gzip");
    await serve([{ ...encode, minimum_length: 0 }, saying("0123456789a")]);
    expect((await ask()).headers["content-encoding"]).toBeUndefined();
  });

  it("is compressed if it is one of those that the config names", async () => {
    const match = { status_code: [404], headers: { "X-A": ["yes*"] } };
    await serve([
      { ...encode, match },
      saying(TEXT, { "X-A": ["{http.request.uri.query}"] }, { status_code: 404 }),
    ]);
    expect((await ask("/?yes!")).headers["content-encoding"]).toBe("gzip");
    expect((await ask("/?no")).headers["content-encoding"]).toBeUndefined();
  });

  it("is compressed once, however many handlers would", async () => {
    await serve([encode, encode, saying(TEXT)]);
    expect((await ask()).text).toBe(TEXT);
  });

  it("says the same to HEAD", async () => {
    await serve([encode, saying(TEXT, { ETag: ['"v1"'] })]);
    const { date: _, ...got } = (await ask()).headers;
    const head = await ask("/", { method: "HEAD" });
    expect(head.headers).toMatchObject(got);
    expect(head.bytes.length).toBe(0);
  });

  it("tells of its coding to what changes fields at the last moment", async () => {
    const set = { "X-Coding": ["{http.response.header.Content-Encoding}"] };
    await serve([{ handler: "headers", response: { set, deferred: true } }, encode, saying(TEXT)]);
    expect((await ask()).headers["x-coding"]).toBe("gzip");
  });

  it("heeds what later handlers say at the last moment", async () => {
    const last = { deferred: true, set: { "Cache-Control": ["no-transform"] } };
    await serve([encode, { handler: "headers", response: last }, saying(TEXT)]);
    expect((await ask()).headers["content-encoding"]).toBeUndefined();
  });
});

describe("an answer to other clients", () => {
  it.each([
    ["takes nothing", { "accept-encoding": "" }],
    ["takes something else", { "accept-encoding": "br, deflate, *" }],
    ["refuses it", { "accept-encoding": "gzip;q=0" }],
    ["likes it less than none", { "accept-encoding": "gzip;q=0.5, identity" }],
    ["wants it as it is", { "cache-control": "no-transform" }],
    ["begins a WebSocket", { "sec-websocket-key": "x" }],
  ] as [string, Record<string, string>][])(
    "stays as it is if it %s, and caches are told that others may get it compressed",
    async (_why, headers) => {
      await serve([encode, saying(TEXT, { ETag: ['"v1"'], Vary: ["Cookie"] })]);
      const answer = await ask("/", { headers });
      expect(answer.headers).toMatchObject({ etag: '"v1"', vary: "Cookie, Accept-Encoding" });
      expect(answer.headers["content-encoding"]).toBeUndefined();
      expect(answer.bytes.toString()).toBe(TEXT);
    },
  );

  it("stays as it is if an earlier handler takes the field away", async () => {
    const without = { handler: "headers", request: { delete: ["Accept-Encoding"] } };
    await serve([without, encode, saying(TEXT)]);
    expect((await ask()).headers["content-encoding"]).toBeUndefined();
  });
});

describe("what is said to caches", () => {
  it("is not said twice", async () => {
    await serve([encode, saying(TEXT, { Vary: ["Cookie, accept-encoding"] })]);
    expect((await ask()).headers.vary).toBe("Cookie, accept-encoding");
    await serve([encode, saying(TEXT, { Vary: ["X-Accept-Encoding"] })]);
    expect((await ask()).headers.vary).toBe("X-Accept-Encoding, Accept-Encoding");
  });

  it("stands in a 304 as it would in the answer", async () => {
    await serve([encode, saying("", {}, { status_code: 304 })]);
    expect((await ask()).headers.vary).toBe("Accept-Encoding");
  });
});

describe("a file", () => {
  it.each(["page.html", "large.json"])("is compressed: %s", async (name) => {
    await serve([encode, files()]);
    const { headers, text } = await ask(`/${name}`);
    expect(headers["content-encoding"]).toBe("gzip");
    expect(headers.etag).toMatch(/^".+-gzip"$/);
    expect(text).toMatch(/to be or not to be/);
    const head = await ask(`/${name}`, { method: "HEAD" });
    expect(head.headers).toMatchObject({ "content-encoding": "gzip", etag: headers.etag });
    expect(head.headers["content-length"]).toBeUndefined();
  });

  it("is found to be the one that a client has", async () => {
    await serve([encode, files()]);
    const { etag = "" } = (await ask("/page.html")).headers;
    for (const tags of [etag, `"x", ${etag}`, `W/${etag}`]) {
      const { status, headers } = await ask("/page.html", { headers: { "if-none-match": tags } });
      expect([status, headers.etag]).toEqual([304, etag]);
    }
    const plain = etag.replace("-gzip", "");
    const other = await ask("/page.html", { headers: { "if-none-match": plain } });
    expect([other.status, other.headers.etag]).toEqual([304, plain]);
  });

  it("is sent in parts as it is", async () => {
    await serve([encode, files()]);
    const { headers, text, status } = await ask("/page.html", { headers: { range: "bytes=3-4" } });
    expect([status, text]).toEqual([206, "be"]);
    expect(headers["content-encoding"]).toBeUndefined();
    expect(headers.etag).not.toMatch(/gzip/);
  });

  it("is not continued by parts of it that are not compressed", async () => {
    await serve([encode, files()]);
    const { etag = "" } = (await ask("/page.html")).headers;
    const range = { range: "bytes=3-4" };
    const whole = await ask("/page.html", { headers: { ...range, "if-range": etag } });
    expect([whole.status, whole.text]).toEqual([200, TEXT]);
    const none = await ask("/page.html", { headers: { ...range, "if-match": etag } });
    expect(none.status).toBe(412);
  });

  it("goes out as it was stored, where it was compressed beforehand", async () => {
    await serve([encode, files()]);
    const { headers, text } = await ask("/stored.css");
    expect(text).toBe("stored");
    expect(headers.etag).not.toMatch(/gzip/);
  });
});

describe("an error", () => {
  it("is answered by error routes without being compressed by what was to answer", async () => {
    const failing = { handler: "error", status_code: 503 };
    await serve([encode, failing], [{ handle: [saying(TEXT)] }]);
    const { status, headers, text } = await ask();
    expect([status, text]).toEqual([503, TEXT]);
    expect(headers["content-encoding"]).toBeUndefined();
  });

  it("is compressed where error routes say so", async () => {
    const failing = { handler: "error", status_code: 503 };
    await serve([failing], [{ handle: [encode, saying(TEXT)] }]);
    const { status, headers, text } = await ask();
    expect([status, headers["content-encoding"], text]).toEqual([503, "gzip", TEXT]);
  });
});

describe("a config", () => {
  it("without encoders changes nothing", async () => {
    await serve([{ handler: "encode" }, saying(TEXT)]);
    expect((await ask()).headers).not.toHaveProperty("vary");
  });

  it.each([
    [{ prefer: ["br"] }, '/handle/0/prefer/0: "br" is not among the encodings'],
    [{ prefer: ["gzip", "gzip"] }, '/handle/0/prefer/1: "gzip" is named twice'],
    [{ encodings: { lz: {} } }, "unknown module: http.encoders.lz"],
    [{ encodings: { gzip: { level: 10 } } }, "/handle/0/encodings/gzip/level"],
    [{ encodings: { gzip: { level: -4 } } }, "/handle/0/encodings/gzip/level"],
    [{ encodings: { zstd: { level: "faster" } } }, '"faster" is not a level'],
    [{ encodings: { zstd: { level: "toString" } } }, '"toString" is not a level'],
    [{ minimum_length: -1 }, "/handle/0/minimum_length"],
  ] as [JsonObject, string][])("that cannot work is refused: %j", async (fields, message) => {
    await serve([encode, saying(TEXT)]);
    await expect(serve([{ ...encode, ...fields }, saying("")])).rejects.toThrow(message);
    expect((await ask()).text).toBe(TEXT);
  });
});

describe("a field that an earlier handler sets", () => {
  it("counts as the answer's own", async () => {
    await serve([encode, setting({ "Content-Encoding": ["zstd"] }), saying(TEXT)]);
    expect((await ask()).headers["content-encoding"]).toBe("zstd");
  });
});

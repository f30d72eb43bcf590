// The encoders by themselves, and zstd with and without a Node that has it.

import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { constants, createGzip, gunzipSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "@jest/globals";
import { bodyOf, lastingBody } from "../../../../src/apps/http/body.js";
import type { Encoder } from "../../../../src/apps/http/encode/encoder.js";
import { gzip } from "../../../../src/apps/http/encode/gzip.js";
import { defineZstd, type NodeZstd, zstd } from "../../../../src/apps/http/encode/zstd.js";
import { type Definition, type Log, silentLog } from "../../../../src/engine/index.js";
import { alone } from "../../../support/alone.js";
import { serving } from "../../../support/http.js";
import { ask } from "./asking.js";

const TEXT = "to be or not to be, ".repeat(1000);

function filterOf({ filter }: Encoder) {
  if (filter === undefined) throw new Error("there is no filter");
  return filter;
}

function bytesOf(wire: Buffer | string = ""): Buffer {
  return typeof wire === "string" ? Buffer.from(wire, "latin1") : wire;
}

describe("gzip", () => {
  it.each([undefined, -3, -2, -1, 0, 1, 5, 9])("compresses at level %s", async (level) => {
    const filter = filterOf(alone(gzip, level === undefined ? {} : { level }));
    const whole = filter.whole(bodyOf(TEXT));
    expect(String(gunzipSync(bytesOf(whole?.wire)))).toBe(TEXT);
    expect(whole?.length).toBeLessThan(TEXT.length);

    const out = new PassThrough();
    const { input } = filter.stream(out);
    input.end(TEXT);
    expect(String(gunzipSync(await buffer(out)))).toBe(TEXT);
  });

  it("saves more at a higher level", () => {
    const sizes = [-2, 1, 9].map((level) => filterOf(alone(gzip, { level })).whole(bodyOf(TEXT)));
    const [huffman = 0, fast = 0, best = 0] = sizes.map((body) => body?.length);
    expect(huffman).toBeGreaterThan(fast);
    expect(fast).toBeGreaterThan(best);
  });

  it("leaves large bodies to a stream", () => {
    const filter = filterOf(alone(gzip, {}));
    expect(filter.whole(bodyOf("x".repeat(64 * 1024)))).toBeDefined();
    expect(filter.whole(bodyOf("x".repeat(64 * 1024 + 1)))).toBeUndefined();
  });

  it("compresses once what is sent many times, for all sites with one level", () => {
    const body = lastingBody(TEXT);
    const made = filterOf(alone(gzip, { level: 4 })).whole(body);
    expect(filterOf(alone(gzip, { level: 4 })).whole(body)).toBe(made);
    expect(filterOf(alone(gzip, { level: 3 })).whole(body)).not.toBe(made);
    const passing = bodyOf(TEXT);
    const filter = filterOf(alone(gzip, {}));
    expect(filter.whole(passing)).not.toBe(filter.whole(passing));
  });

  it("lets out what went in when it is flushed, also while it is being flushed", async () => {
    const out = new PassThrough();
    const { input, flush } = filterOf(alone(gzip, {})).stream(out);
    for (const part of ["one", "two", "three"]) {
      input.write(part);
      flush();
    }
    let bytes = Buffer.alloc(0);
    while (String(gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH })) !== "onetwothree") {
      const more = await new Promise<Buffer>((resolve) => out.once("data", resolve));
      bytes = Buffer.concat([bytes, more]);
    }
    input.end();
    flush();
  });

  it("is closed with what it writes to", async () => {
    const out = new PassThrough();
    const { input, flush } = filterOf(alone(gzip, {})).stream(out);
    input.write(TEXT);
    const closed = new Promise((resolve) => input.once("close", resolve));
    out.destroy();
    await closed;
    flush();
    expect(input.destroyed).toBe(true);
  });
});

describe("zstd, where Node has it", () => {
  /** A Node that calls gzip so, and tells what it was asked for. */
  function fake() {
    const asked: unknown[] = [];
    const node: NodeZstd = {
      zstdCompressSync(bytes, options) {
        asked.push(options);
        return gzipSync(bytes);
      },
      createZstdCompress(options) {
        asked.push(options);
        return createGzip() as unknown as ReturnType<NodeZstd["createZstdCompress"]>;
      },
      constants: {
        ZSTD_c_compressionLevel: 100,
        ZSTD_c_windowLog: 101,
        ZSTD_c_checksumFlag: 201,
        ZSTD_e_flush: 1,
      },
    };
    return { asked, node };
  }

  it.each([
    [{}, 3, 1],
    [{ level: "" }, 3, 1],
    [{ level: "fastest" }, 1, 1],
    [{ level: "Default", checksum: true }, 3, 1],
    [{ level: "better", checksum: false }, 7, 0],
    [{ level: "BEST" }, 11, 1],
  ])("is asked for what the config says: %j", (config, level, checksum) => {
    const { asked, node } = fake();
    filterOf(alone(defineZstd(node), config)).whole(bodyOf(TEXT));
    expect(asked).toEqual([{ params: { 100: level, 101: 17, 201: checksum } }]);
  });

  const real = zstd.stateless ? it : it.skip;
  real("makes what others can read", async () => {
    const out = new PassThrough();
    const { input } = filterOf(alone(zstd, {})).stream(out);
    input.end(TEXT);
    expect((await buffer(out)).readUInt32LE()).toBe(0xfd2fb528);
  });
});

describe("zstd, where Node has none", () => {
  let stop = async () => {};
  afterEach(() => stop());

  it("is not offered, which is said once, and the other encoders are", async () => {
    const told: string[] = [];
    const log: Log = { ...silentLog, info: (message) => told.push(message), named: () => log };
    const without = { ...defineZstd(undefined), id: "http.encoders.none" } as unknown as Definition;
    const encode = {
      handler: "encode",
      encodings: { none: {}, gzip: {} },
      prefer: ["none", "gzip"],
    };
    const routes = Array.from({ length: 20 }, () => ({
      handle: [encode, { handler: "static_response", body: TEXT }],
    }));
    const site = await serving(routes as never, { modules: [without], log });
    stop = site.stop;
    const { headers } = await ask(site.port, "/", { headers: { "accept-encoding": "zstd, gzip" } });
    expect(headers["content-encoding"]).toBe("gzip");
    expect(told.filter((message) => message.includes("zstd"))).toHaveLength(1);
  });

  it("is checked all the same", () => {
    expect(() => alone(defineZstd(undefined), { level: "x" })).toThrow('"x" is not a level');
    expect(alone(defineZstd(undefined), { level: "best" }).filter).toBeUndefined();
  });
});

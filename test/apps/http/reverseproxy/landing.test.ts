// Buffers that are read into again: no byte of one answer may ever turn up in another.

import { createHash } from "node:crypto";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import { Landing, SpareBuffers } from "../../../../src/apps/http/reverseproxy/landing.js";
import { closeAll, proxyingTo, upstream } from "./support.js";

const SMALL = 16 * 1024;
const LARGE = 128 * 1024;

/** A landing whose taker says `free`, and a way to read `count` bytes into it. */
function landing(spare = new SpareBuffers()) {
  const made = new Landing(spare);
  const { buffer, callback } = made.onread;
  const next = () => (buffer as () => Buffer)();
  const read = (count: number, free: boolean, ends = false) => {
    made.deliverTo(() => {
      if (ends) made.settle();
      return free;
    });
    const current = next();
    callback(count, current);
    return current;
  };
  return { made, next, read };
}

describe("the buffer that a connection reads into", () => {
  it("is the same again when nobody needs what was in it", () => {
    const { next, read } = landing();
    const first = read(100, true);
    expect(next()).toBe(first);
    expect(first).toHaveLength(SMALL);
  });

  it("is another when somebody does", () => {
    const { next, read } = landing();
    const first = read(100, false);
    expect(next()).not.toBe(first);
    expect(next()).toHaveLength(SMALL);
  });

  it("is a large one for the rest of an answer that fills it, and a small one after that", () => {
    const { next, read } = landing();
    const small = read(SMALL, true);
    expect(next()).toHaveLength(LARGE);
    const large = read(100, true);
    expect(next()).toBe(large);
    read(100, true, true);
    expect(next()).toBe(small);
  });

  it("stays small when an answer ends just where it is full", () => {
    const { next, read } = landing();
    const small = read(SMALL, true, true);
    expect(next()).toBe(small);
  });

  it("goes to another connection when it is large and free, and only then", () => {
    const spare = new SpareBuffers();
    const [one, two] = [landing(spare), landing(spare)];
    one.read(SMALL, true);
    const kept = one.read(LARGE, false);
    const free = one.read(100, true, true);
    two.read(SMALL, true);
    expect(two.next()).toBe(free);
    expect(two.next()).not.toBe(kept);
  });
});

/** Bytes that tell which answer they belong to, and where in it they stand. */
function bytesOf(answer: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i + 4 <= length; i += 4) bytes.writeUInt32LE((answer << 24) | (i >> 2), i);
  return bytes;
}

const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

/** Ask for several answers on one connection, reading with pauses. Their bodies' digests. */
async function readSlowly(port: number, paths: readonly string[], pauseMs: number) {
  const socket = connect(port, "127.0.0.1");
  const last = paths.length - 1;
  for (const [i, path] of paths.entries()) {
    const close = i === last ? "Connection: close\r\n" : "";
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n${close}\r\n`);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of socket) {
    chunks.push(chunk as Buffer);
    if (pauseMs > 0 && chunks.length % 8 === 0) await sleep(pauseMs);
  }
  let rest = Buffer.concat(chunks);
  return paths.map(() => {
    const head = rest.indexOf("\r\n\r\n") + 4;
    const length = Number(/content-length: (\d+)/i.exec(rest.toString("latin1", 0, head))?.[1]);
    const body = rest.subarray(head, head + length);
    rest = rest.subarray(head + length);
    return digest(body);
  });
}

describe("answers that are read by many at once, some of them slow", () => {
  afterEach(closeAll);

  it.each([
    ["as they come", {}],
    ["held back", { response_buffers: 100_000 }],
  ])("arrive as they were sent: %s", async (_, config) => {
    const sizes = [100, SMALL - 200, SMALL, 100_000, 3_000_000, 20_000, 700_000, 0];
    const { dial } = await upstream((request, response) => {
      const [answer = 0, size = 0] = (request.url ?? "").slice(1).split("/").map(Number);
      response.setHeader("Content-Length", size);
      response.end(bytesOf(answer, size));
    });
    const { port } = await proxyingTo(dial, config);
    const clients = Array.from({ length: 16 }, async (_unused, client) => {
      const asked = sizes.map(
        (_size, i) => [client * 8 + i, sizes[(client + i) % 8] ?? 0] as const,
      );
      const paths = asked.map((pair) => `/${pair.join("/")}`);
      const got = await readSlowly(port, paths, client % 4);
      expect(got).toEqual(asked.map(([answer, size]) => digest(bytesOf(answer, size))));
    });
    await Promise.all(clients);
  });
});

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readlinkSync, truncateSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { on, siteOf } from "./site.js";

const MEGABYTE = 1024 * 1024;
const large = Buffer.alloc(32 * MEGABYTE, "0123456789abcdef");

/** How many descriptors this process holds on files below a directory. */
function openBelow(root: string): number {
  return readdirSync("/proc/self/fd").filter((fd) => targetOf(fd).startsWith(root)).length;
}

function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A client that asks, and reads no further than the first piece. */
async function slowClient(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  await once(socket, "readable");
  return socket;
}

describe("a large file", () => {
  const site = () => siteOf({ large });

  it("arrives whole, and its descriptor is closed", () =>
    on(site(), async ({ get, root }) => {
      const { body, headers } = await get("/large");
      expect(headers["content-length"]).toBe(String(large.length));
      expect(Buffer.from(body, "latin1").equals(large)).toBe(true);
      await until(() => openBelow(root) === 0);
    }));

  it("arrives in parts from where they are", () =>
    on(site(), async ({ get }) => {
      const at = 20 * MEGABYTE + 5;
      const one = await get("/large", { range: `bytes=${at}-${at + 9}` });
      expect(one.body).toBe(large.toString("latin1", at, at + 10));
      const two = await get("/large", { range: `bytes=0-3,${at}-${at + 300_000}` });
      expect(two.headers["content-length"]).toBe(String(two.body.length));
    }));

  it("is read no faster than it is taken", () =>
    on(site(), async ({ port, root }) => {
      const before = process.memoryUsage().arrayBuffers;
      const clients = await Promise.all(Array.from({ length: 8 }, () => slowClient(port)));
      expect(openBelow(root)).toBe(8);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * large.length);
      for (const client of clients) client.destroy();
      await until(() => openBelow(root) === 0);
    }));

  it("leaks no descriptor when clients go away in the middle", () =>
    on(site(), async ({ port, root }) => {
      for (let round = 0; round < 30; round++) (await slowClient(port)).destroy();
      await until(() => openBelow(root) === 0);
    }));

  it("that shrinks on the way is broken off, not filled up", () =>
    on(site(), async ({ port, root }) => {
      const socket = await slowClient(port);
      truncateSync(join(root, "large"), MEGABYTE);
      let received = 0;
      socket.on("data", (chunk) => {
        received += chunk.length;
      });
      await once(socket, "close");
      expect(received).toBeLessThan(large.length);
      await until(() => openBelow(root) === 0);
    }));
});

describe("a FIFO", () => {
  it("is refused instead of waiting for someone to write", () =>
    on(siteOf({}), async ({ get, root }) => {
      execFileSync("mkfifo", [join(root, "pipe")]);
      expect((await get("/pipe")).status).toBe(404);
    }));
});

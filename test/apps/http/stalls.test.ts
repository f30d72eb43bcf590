// Connections on which nothing moves although somebody waits for it, seen from raw sockets.

import type { IncomingMessage, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Json } from "../../../src/document/index.js";
import { type Serving, serving } from "../../support/http.js";
import { closeAll, upstream } from "./reverseproxy/support.js";

/** Longer than the limits below, and than it takes to notice. */
const LONG_MS = 900;
const LARGE = 24 * 1024 * 1024;
const limited = { read_idle_timeout: "300ms", write_idle_timeout: "300ms" };

let site: Serving;
afterEach(async () => {
  await site.stop();
  await closeAll();
});

const all = (request: IncomingMessage, response: ServerResponse) => {
  let length = 0;
  request.on("data", (chunk: Buffer) => {
    length += chunk.length;
  });
  request.on("end", () => response.end(`got ${length}`));
};

/** A site that hands `/up` to an upstream, and has a large answer at any other path. */
async function standing(
  server: Json,
  answer: (request: IncomingMessage, response: ServerResponse) => void = all,
  timeouts: Json[] = [],
): Promise<void> {
  const { dial } = await upstream(answer);
  const proxy = { handler: "reverse_proxy", upstreams: [{ dial }] };
  const large = { handler: "static_response", body: "x".repeat(LARGE) };
  const up = { match: [{ path: ["/up"] }], handle: [...timeouts, proxy], terminal: true };
  site = await serving([up, { handle: [...timeouts, large] }] as Json, { server });
}

/** A client that sends this, and counts what comes back. */
function client(head: string) {
  const socket = connect(site.port, "127.0.0.1");
  socket.write(`${head}\r\nHost: a\r\n\r\n`);
  const got = { text: "", length: 0 };
  socket.on("data", (chunk: Buffer) => {
    got.length += chunk.length;
    if (got.length < 10_000) got.text += chunk.toString("latin1");
  });
  socket.on("error", () => {});
  const closed = new Promise<typeof got>((resolve) => socket.on("close", () => resolve(got)));
  /** What came back, once it ends like this or the connection is closed. */
  const until = (end: RegExp) =>
    new Promise<string>((resolve) => {
      const look = () => end.test(got.text) && resolve(got.text);
      socket.on("data", look).on("close", () => resolve(got.text));
      look();
    });
  return { socket, got, closed, until };
}

const uploading = (length: number) => client(`POST /up HTTP/1.1\r\nContent-Length: ${length}`);

async function trickle(socket: Socket, times: number, everyMs: number): Promise<void> {
  for (let i = 0; i < times && !socket.destroyed; i++) {
    socket.write("0123456789");
    await sleep(everyMs);
  }
}

describe("the body of a request", () => {
  it("that stands still is a 408, and the connection ends", async () => {
    await standing(limited);
    const { socket, closed } = uploading(100);
    socket.write("0123456789");
    expect((await closed).text).toBe("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
  });

  it("that stands still after the answer has begun ends the connection", async () => {
    await standing(limited, (_request, response) => {
      response.write("early");
    });
    expect((await uploading(100).closed).text).toMatch(/200 OK[\s\S]*5\r\nearly\r\n$/);
  });

  it("may be as slow as it likes while it moves", async () => {
    await standing(limited);
    const { socket, until } = uploading(100);
    await trickle(socket, 10, 100);
    expect(await until(/got/)).toMatch(/got 100$/);
    socket.destroy();
  });

  it("has to be as fast on average as a config says", async () => {
    await standing({ ...limited, read_min_rate: 1000 });
    const { socket, got, closed } = uploading(100);
    await trickle(socket, 10, 100);
    expect((await closed).text).toMatch(/^HTTP\/1\.1 408 /);
    expect(got.text).not.toContain("got");
  });

  it("is not blamed for an upstream that does not take it", async () => {
    await standing(limited, (request, response) => {
      setTimeout(() => all(request, response), LONG_MS);
    });
    const { socket, until } = uploading(LARGE);
    socket.write(Buffer.alloc(LARGE));
    expect(await until(/got/)).toMatch(new RegExp(`got ${LARGE}$`));
    socket.destroy();
  });

  it("may stand still if a config says so", async () => {
    await standing({ read_idle_timeout: "-1s", write_idle_timeout: "50ms" });
    const { socket, until } = uploading(20);
    socket.write("0123456789");
    await sleep(LONG_MS);
    socket.write("0123456789");
    expect(await until(/got/)).toMatch(/got 20$/);
    socket.destroy();
  });
});

/** How much a client gets that reads nothing for a while. */
async function lengthAfterPause(): Promise<number> {
  const { socket, closed } = client("GET / HTTP/1.1");
  socket.pause();
  await sleep(LONG_MS);
  socket.resume();
  return (await closed).length;
}

describe("an answer", () => {
  it("that nobody reads is cut off", async () => {
    await standing(limited);
    expect(await lengthAfterPause()).toBeLessThan(LARGE);
  });

  it("that only the end of its connection ends is not taken for a whole one then", async () => {
    await standing(limited);
    const { socket } = client("GET / HTTP/1.0");
    socket.pause();
    await sleep(LONG_MS);
    // Of a connection that was merely closed this would learn by its next write.
    const failure = await new Promise((resolve) => socket.write("x", resolve));
    expect(failure).toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
  });

  it("that is read with pauses is sent whole", async () => {
    await standing({ write_idle_timeout: "1s" });
    const { socket, got, closed } = client("GET / HTTP/1.1\r\nConnection: close");
    for (let i = 0; i < 5; i++) {
      socket.pause();
      await sleep(LONG_MS / 5);
      socket.resume();
      await sleep(10);
    }
    await closed;
    expect(got.length).toBeGreaterThan(LARGE);
  });

  it("has to be read as fast on average as a config says", async () => {
    await standing({ ...limited, write_idle_timeout: "300ms", write_min_rate: 1e9 });
    const { socket, closed } = client("GET / HTTP/1.1");
    const pausing = setInterval(() => (socket.isPaused() ? socket.resume() : socket.pause()), 20);
    socket.on("data", () => socket.pause());
    const { length } = await closed;
    clearInterval(pausing);
    expect(length).toBeLessThan(LARGE);
  });

  it("may take its time where there is nothing to read", async () => {
    await standing(
      { ...limited, write_min_rate: 1e9, read_min_rate: 1e9 },
      (_request, response) => {
        response.write("one ");
        setTimeout(() => response.end("two"), LONG_MS);
      },
    );
    const { got, closed } = client("GET /up HTTP/1.1\r\nConnection: close");
    await closed;
    expect(got.text).toMatch(/one [\s\S]*two/);
  });
});

describe("a connection", () => {
  it("may be idle between requests for longer", async () => {
    await standing(limited);
    const { socket, until } = client("GET /up HTTP/1.1");
    await sleep(LONG_MS);
    socket.write("GET /up HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(await until(/got 0[\s\S]*got 0/)).toMatch(/got 0[\s\S]*got 0/);
    socket.destroy();
  });
});

describe("a `timeouts` handler", () => {
  const patient = { handler: "timeouts", read_timeout: "10s" };

  it("sets other limits for its route", async () => {
    await standing(limited, all, [patient]);
    const { socket, until } = uploading(20);
    socket.write("0123456789");
    await sleep(LONG_MS);
    socket.write("0123456789");
    expect(await until(/got/)).toMatch(/got 20$/);
    socket.destroy();
  });

  it("leaves those that it does not name", async () => {
    await standing(limited, all, [patient]);
    expect(await lengthAfterPause()).toBeLessThan(LARGE);
  });

  it("of an inner route wins", async () => {
    const hasty = { handler: "timeouts", read_timeout: 200_000_000, max_write_chunk: 1000 };
    await standing({ ...limited, read_idle_timeout: "20s" }, all, [patient, hasty]);
    const { closed } = uploading(20);
    expect((await closed).text).toMatch(/^HTTP\/1\.1 408 /);
  });
});

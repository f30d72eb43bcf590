// The admin endpoint, asked by clients that close their side with their request, as `nc -N` does.

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "@jest/globals";
import { createGraft, type Graft } from "../../src/index.js";
import { freePort } from "../cli/sandbox.js";
import { ask } from "../support/http.js";

let graft: Graft | undefined;
let port: number;
afterEach(() => graft?.stop());

/** A client of an admin endpoint that has just been opened. */
async function client(): Promise<Socket> {
  port = await freePort();
  graft = await createGraft({ document: { admin: { listen: `127.0.0.1:${port}` }, apps: {} } });
  return connect({ port, host: "127.0.0.1", allowHalfOpen: true });
}

const head = (line: string, fields = "") =>
  `${line} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${fields}\r\n`;

describe("a client of the admin API that closes its side", () => {
  it("is told what became of its change", async () => {
    const socket = await client();
    const fields = "Content-Type: application/json\r\nContent-Length: 11\r\n";
    const change = `${head("POST /config/apps", fields)}{"http":{}}`;
    expect(await textOf(socket.end(change))).toMatch(/^HTTP\/1.1 200 /);
    expect((await ask(port, "/config/apps")).body).toBe('{"http":{}}\n');
  });

  it("hears of events no longer, which it may have left", async () => {
    const socket = await client();
    socket.write(head("GET /events"));
    await once(socket, "data");
    socket.end();
    await once(socket.resume(), "close");
  });

  it("does not have a profile go on that nobody may wait for", async () => {
    const socket = await client();
    const start = performance.now();
    socket.end(head("GET /debug/pprof/profile?seconds=60"));
    expect(await textOf(socket)).toMatch(/^HTTP\/1.1 200 .*"nodes"/s);
    expect(performance.now() - start).toBeLessThan(30_000);
  });
});

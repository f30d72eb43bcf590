// Listeners whose addresses lie within one another: what overlaps, and how one takes another's place.

import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import { overlap, regionOf } from "../../../src/apps/http/doors.js";
import type { Json } from "../../../src/document/index.js";
import { createGraft, type Graft } from "../../../src/index.js";
import { parseListen } from "../../../src/schema/index.js";
import { freePort } from "../../cli/sandbox.js";
import { ask } from "../../support/http.js";

describe("two addresses", () => {
  const share = (a: string, b: string) => {
    const [one, other] = [a, b].map((text) => parseListen(text)[0]);
    if (one === undefined || other === undefined) throw new Error("no address");
    return regionOf(one) === regionOf(other) && overlap(one, other) && overlap(other, one);
  };

  it.each([
    [":80", ":80"],
    [":80", "127.0.0.1:80"],
    [":80", "[::1]:80"],
    [":80", "site.test:80"],
    [":80", "tcp4/:80"],
    [":80", "tcp6/:80"],
    ["0.0.0.0:80", "127.0.0.1:80"],
    ["tcp4/:80", "127.0.0.1:80"],
    ["[::]:80", "127.0.0.1:80"],
    ["tcp6/[::]:80", "[::1]:80"],
    ["unix//run/a.sock", "unix//run/a.sock|0600"],
    ["fd/3", "fd/3"],
  ])("%s and %s overlap", (a, b) => expect(share(a, b)).toBe(true));

  it.each([
    [":80", ":81"],
    ["127.0.0.1:80", "127.0.0.2:80"],
    ["127.0.0.1:80", "[::1]:80"],
    ["0.0.0.0:80", "[::1]:80"],
    ["tcp4/:80", "tcp6/:80"],
    ["tcp6/:80", "127.0.0.1:80"],
    [":0", "127.0.0.1:0"],
    ["unix//run/a.sock", "unix//run/b.sock"],
    ["fd/3", "fd/4"],
  ])("%s and %s do not", (a, b) => expect(share(a, b)).toBe(false));
});

describe("a listener", () => {
  let graft: Graft | undefined;
  afterEach(() => graft?.stop());

  const site = (listen: readonly string[], body: string): Json => ({
    listen,
    automatic_https: { disable: true },
    routes: [{ handle: [{ handler: "static_response", body }] }],
  });
  const serving = (...servers: Json[]): Json => ({
    apps: { http: { servers: Object.fromEntries(servers.map((one, i) => [`srv${i}`, one])) } },
  });
  const said = async (port: number) => (await ask(port, "/")).body;

  it.each([
    ["127.0.0.1", ""],
    ["", "127.0.0.1"],
    ["0.0.0.0", "127.0.0.1"],
    ["", "tcp4/"],
  ])("moves from %j to %j on its port", async (from, to) => {
    const port = await freePort();
    graft = await createGraft({ document: serving(site([`${from}:${port}`], "before")) });
    expect(await said(port)).toBe("before");
    await graft.load(serving(site([`${to}:${port}`], "after")));
    expect(await said(port)).toBe("after");
    await graft.load(serving(site([`${from}:${port}`], "again")));
    expect(await said(port)).toBe("again");
  });

  it("that moves keeps the connections it has until their requests are done", async () => {
    const port = await freePort();
    const slow = { handler: "static_response", body: "slow" };
    graft = await createGraft({ document: serving(site([`127.0.0.1:${port}`], "x")) });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = () =>
      new Promise<number | undefined>((resolve, reject) => {
        const asked = request({ agent, port, host: "127.0.0.1", method: "POST" }, (answer) => {
          answer.resume().on("end", () => resolve(answer.statusCode));
        });
        asked.on("error", reject);
        void sleep(50).then(() => asked.end("body"));
        asked.flushHeaders();
      });
    const under = send();
    await sleep(20);
    await graft.load(
      serving({ ...(site([`:${port}`], "y") as object), routes: [{ handle: [slow] }] }),
    );
    expect(await under).toBe(200);
    expect(await said(port)).toBe("slow");
    agent.destroy();
  });

  it("has its address back when the change fails after it made way", async () => {
    const [port, taken] = [await freePort(), await freePort()];
    graft = await createGraft({ document: serving(site([`127.0.0.1:${port}`], "before")) });
    const other = createServer().listen(taken, "127.0.0.1");
    const failing = serving(site([`:${port}`], "after"), site([`127.0.0.1:${taken}`], "no"));
    for (let i = 0; i < 3; i++) {
      await expect(graft.load(failing)).rejects.toThrow("EADDRINUSE");
      expect(await said(port)).toBe("before");
    }
    other.close();
    await graft.load(serving(site([`:${port}`], "after")));
    expect(await said(port)).toBe("after");
  });

  it("is refused when another in the document takes in its address", async () => {
    const port = await freePort();
    const both = serving(site([`:${port}`], "all"), site([`127.0.0.1:${port}`], "some"));
    graft = await createGraft({});
    await expect(graft.load(both, { dryRun: true })).rejects.toThrow(
      `connections to tcp/127.0.0.1:${port} are, as tcp/:${port}, listened on by server "srv0" too`,
    );
  });
});

// Addresses that lie within one another: who gets which connections, and how one takes another's place.

import { once } from "node:events";
import { mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import { type Json, type JsonObject, replace } from "../../src/document/index.js";
import { createGraft, type Graft } from "../../src/index.js";
import { claimOf, hostOf, regionOf, takesIn } from "../../src/listeners/reach.js";
import { parseListen } from "../../src/schema/index.js";
import { freePort } from "../cli/sandbox.js";
import { ask } from "../support/http.js";

describe("an address", () => {
  const at = (text: string) => {
    const [address] = parseListen(text);
    if (address === undefined) throw new Error("no address");
    return address;
  };

  it.each([
    [":80", "127.0.0.1:80"],
    [":80", "[::1]:80"],
    [":80", "site.test:80"],
    [":80", "tcp4/:80"],
    [":80", "tcp6/:80"],
    ["0.0.0.0:80", "127.0.0.1:80"],
    ["tcp4/:80", "127.0.0.1:80"],
    ["[::]:80", "127.0.0.1:80"],
    ["tcp6/[::]:80", "[::1]:80"],
  ])("%s takes in %s, and not the other way round", (a, b) => {
    expect(regionOf(at(a))).toBe(regionOf(at(b)));
    expect(takesIn(hostOf(at(a)), hostOf(at(b)))).toBe(true);
    expect(takesIn(hostOf(at(b)), hostOf(at(a)))).toBe(false);
    expect(claimOf(at(a))).not.toBe(claimOf(at(b)));
  });

  it.each([
    ["127.0.0.1:80", "127.0.0.2:80"],
    ["127.0.0.1:80", "[::1]:80"],
    ["0.0.0.0:80", "[::1]:80"],
    ["tcp4/:80", "tcp6/:80"],
    ["tcp6/:80", "127.0.0.1:80"],
    [":80", ":80"],
  ])("%s does not take in %s", (a, b) => {
    expect(takesIn(hostOf(at(a)), hostOf(at(b)))).toBe(false);
    expect(takesIn(hostOf(at(b)), hostOf(at(a)))).toBe(false);
  });

  it.each([
    [":80", ":80"],
    [":80", "[::]:80"],
    ["tcp4/:80", "0.0.0.0:80"],
    ["unix//run/a.sock", "unix//run/a.sock|0600"],
    ["fd/3", "fd/3"],
  ])("%s is the same as %s", (a, b) => expect(claimOf(at(a))).toBe(claimOf(at(b))));

  it.each([
    [":80", ":81"],
    ["unix//run/a.sock", "unix//run/b.sock"],
    ["fd/3", "fd/4"],
  ])("%s is not the same as %s", (a, b) => expect(claimOf(at(a))).not.toBe(claimOf(at(b))));

  it("of port 0 is nobody's", () => expect(claimOf(at(":0"))).toBeUndefined());
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
  const said = async (port: number, host = "127.0.0.1") => (await ask(port, "/", { host })).body;

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

  it("within another has the connections for its address, and the other has the rest", async () => {
    const port = await freePort();
    const all = site([`:${port}`], "all");
    const inner = site([`127.0.0.1:${port}`], "inner");
    graft = await createGraft({ document: serving(all, inner) });
    expect(await said(port)).toBe("inner");
    expect(await said(port, "127.0.0.2")).toBe("all");
    await graft.load(serving(inner));
    expect(await said(port)).toBe("inner");
    await expect(said(port, "127.0.0.2")).rejects.toThrow("socket hang up");
    await sleep(200);
    await expect(said(port, "127.0.0.2")).rejects.toThrow("ECONNREFUSED");
    await graft.load(serving(all));
    expect(await said(port)).toBe("all");
    await graft.load(serving(inner, all));
    expect([await said(port), await said(port, "127.0.0.2")]).toEqual(["inner", "all"]);
  });

  it("loses no request while others come and go within it and around it", async () => {
    const port = await freePort();
    const one = site([`127.0.0.1:${port}`], "one");
    const around = site([`0.0.0.0:${port}`], "around");
    graft = await createGraft({ document: serving(around) });
    let changing = true;
    const visits = (async () => {
      let count = 0;
      for (; changing; count++) expect(await said(port, "127.0.0.2")).toBe("around");
      return count;
    })();
    for (let i = 0; i < 20; i++) await graft.load(serving(around, ...(i % 2 === 0 ? [one] : [])));
    changing = false;
    expect(await visits).toBeGreaterThan(0);
  });

  it.each([
    [["127.0.0.1"], ["127.0.0.1"]],
    [[""], ["[::]"]],
    [["0.0.0.0"], ["tcp4/"]],
  ])("is refused when another has its address: %j and %j", async ([a = ""], [b = ""]) => {
    const port = await freePort();
    const other = [":0-1", `${b}:${port}`];
    const both = serving(site([`${a}:${port}`], "one"), site(other, "two"));
    graft = await createGraft({});
    const refused = graft.load(both, { dryRun: true });
    await expect(refused).rejects.toThrow(
      /^\/apps\/http\/servers\/srv1\/listen\/1: .* is taken by \/apps\/http\/servers\/srv0\/listen\/0 too$/,
    );
  });

  it("is refused when another has its address by another name", async () => {
    const port = await freePort();
    graft = await createGraft({ document: serving(site([`127.0.0.1:${port}`], "before")) });
    const both = serving(
      site([`127.0.0.1:${port}`], "one"),
      site(["127.0.0.1:0", `tcp4/localhost:${port}`], "two"),
    );
    await expect(graft.load(both)).rejects.toThrow(
      `/apps/http/servers/srv1/listen/1: 127.0.0.1:${port} is taken by /apps/http/servers/srv0/listen/0 too`,
    );
    expect(await said(port)).toBe("before");
    await graft.load(serving(site([`tcp4/localhost:${port}`], "named")));
    expect(await said(port)).toBe("named");
  });
});

describe("the admin endpoint and a site", () => {
  let graft: Graft | undefined;
  afterEach(() => graft?.stop());

  const both = (admin: string, site: string): Json => ({
    admin: { listen: admin },
    apps: { http: { servers: { a: { listen: [site], routes: [{ handle: [HELLO] }] } } } },
  });
  const HELLO = { handler: "static_response", body: "site" };
  const said = async (port: number, path = "/") => (await ask(port, path)).body;

  it.each([
    ["127.0.0.1:%", "127.0.0.1:%"],
    [":%", "[::]:%"],
    ["unix//tmp/graft-never-bound.sock|0600", "unix//tmp/graft-never-bound.sock"],
  ])("cannot both be at %s and %s", async (a, b) => {
    const port = String(await freePort());
    const [admin, site] = [a.replace("%", port), b.replace("%", port)];
    graft = await createGraft({});
    const place = "/apps/http/servers/a/listen/0: ";
    const refused = graft.load(both(admin, site), { dryRun: true });
    await expect(refused).rejects.toThrow(`${place}`);
    await expect(graft.load(both(admin, site))).rejects.toThrow("is taken by /admin/listen too");
    expect(graft.document).toBeNull();
  });

  it("cannot be given the other's address, under whatever name", async () => {
    const [one, two] = [await freePort(), await freePort()];
    graft = await createGraft({ document: both(`127.0.0.1:${one}`, `127.0.0.1:${two}`) });
    for (const host of ["127.0.0.1", "tcp4/localhost"]) {
      const moved = graft.change({
        edit: (now) => replace(now, ["admin", "listen"], `${host}:${two}`),
      });
      await expect(moved).rejects.toThrow(`127.0.0.1:${two} is taken by /admin/listen too`);
      expect(await said(two)).toBe("site");
    }
  });

  it("may lie within one another, and change places", async () => {
    const [one, two] = [await freePort(), await freePort()];
    graft = await createGraft({ document: both(`127.0.0.1:${one}`, `:${one}`) });
    await graft.load(both(`127.0.0.1:${one}`, `127.0.0.1:${two}`));
    expect(await said(two)).toBe("site");
    await graft.load(both(`127.0.0.1:${two}`, `127.0.0.1:${one}`));
    expect(await said(one)).toBe("site");
    expect(await said(two, "/config/admin/listen")).toBe(`"127.0.0.1:${two}"\n`);
  });
});

describe("a unix socket", () => {
  /** A document that has one at this address, and other servers besides. */
  type Document = (listen: string, others?: JsonObject) => Json;
  const kinds: [string, Document][] = [
    [
      "a site's",
      (listen, others = {}) => ({
        apps: { http: { servers: { a: { listen: [listen] }, ...others } } },
      }),
    ],
    [
      "the admin endpoint's",
      (listen, others = {}) => ({ admin: { listen }, apps: { http: { servers: others } } }),
    ],
  ];

  it.each(kinds)("%s, has the mode that its address has now", async (_, document) => {
    const folder = await mkdtemp(join(tmpdir(), "graft-"));
    const path = join(folder, "s.sock");
    const mode = async () => ((await stat(path)).mode & 0o777).toString(8);
    const graft = await createGraft({ document: document(`unix/${path}|0666`) });
    expect(await mode()).toBe("666");
    await graft.load(document(`unix/${path}|0600`));
    expect(await mode()).toBe("600");

    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const failing = document(`unix/${path}|0660`, { z: { listen: [`127.0.0.1:${port}`] } });
    await expect(graft.load(failing)).rejects.toThrow("EADDRINUSE");
    expect(await mode()).toBe("600");
    taken.close();
    await graft.stop();
    await rm(folder, { recursive: true });
  });

  it.each(kinds)("%s, never takes the place of a file that is none", async (_, document) => {
    const folder = await mkdtemp(join(tmpdir(), "graft-"));
    const [file, link] = [join(folder, "notes.txt"), join(folder, "link")];
    await writeFile(file, "precious");
    await symlink(file, link);
    for (const path of [file, link]) {
      await expect(createGraft({ document: document(`unix/${path}`) })).rejects.toThrow(
        "EADDRINUSE",
      );
    }
    expect(await readFile(link, "utf8")).toBe("precious");
    await rm(folder, { recursive: true });
  });
});

describe("the admin endpoint", () => {
  let graft: Graft | undefined;
  afterEach(() => graft?.stop());

  const answering = (body: string) => ({
    automatic_https: { disable: true },
    routes: [{ handle: [{ handler: "static_response", body }] }],
  });

  it("moves to an address around its own and back, asked by way of itself", async () => {
    const port = await freePort();
    graft = await createGraft({ document: { admin: { listen: `127.0.0.1:${port}` } } });
    for (const host of ["", "127.0.0.1", "0.0.0.0"]) {
      const listen = JSON.stringify(`${host}:${port}`);
      const headers = { "Content-Type": "application/json" };
      const moved = await ask(port, "/config/admin/listen", {
        method: "PATCH",
        headers,
        body: listen,
      });
      expect(moved.status).toBe(200);
      expect((await ask(port, "/config/admin/listen")).body).toBe(`${listen}\n`);
    }
  });

  it("has a place within the address of a site", async () => {
    const port = await freePort();
    const servers = { srv: { listen: [`:${port}`], ...answering("the site") } };
    const admin = { listen: `127.0.0.1:${port}` };
    graft = await createGraft({ document: { admin, apps: { http: { servers } } } });
    expect((await ask(port, "/config/admin/")).body).toBe(`${JSON.stringify(admin)}\n`);
    expect((await ask(port, "/config/admin/", { host: "127.0.0.2" })).body).toBe("the site");
  });

  it("takes the place of a socket that a killed process left behind", async () => {
    const folder = await mkdtemp(join(tmpdir(), "graft-"));
    const [left, path] = [join(folder, "left.sock"), join(folder, "admin.sock")];
    const killed = createServer().listen(left);
    await once(killed, "listening");
    // Node removes the file of a server that it closes; one that was moved stays, as after a kill.
    await rename(left, path);
    killed.close();
    graft = await createGraft({ document: { admin: { listen: `unix/${path}` } } });
    expect((await stat(path)).mode & 0o777).toBe(0o200);
    await graft.stop();
    await rm(folder, { recursive: true });
  });
});

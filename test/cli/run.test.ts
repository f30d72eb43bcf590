import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, get as httpGet, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ask } from "../support/http.js";
import { freePort, get, patch, Sandbox, saying } from "./sandbox.js";

let sandbox: Sandbox;
let ports: { admin: number; site: number };
beforeEach(async () => {
  sandbox = await Sandbox.open();
  ports = { admin: await freePort(), site: await freePort() };
  await sandbox.write("app.json", saying("one", ports));
});
afterEach(() => sandbox.close());

/** An upstream that takes a request and never answers it. */
async function silentUpstream(): Promise<{ server: Server; port: number; asked: Promise<void> }> {
  let tell = () => {};
  const asked = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const server = createServer(() => tell());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port, asked };
}

/** Start a server that has one request under way which does not end. */
async function serveBusy(http: object = {}) {
  const upstream = await silentUpstream();
  const document = saying("", ports);
  const handle = [
    { handler: "reverse_proxy", upstreams: [{ dial: `127.0.0.1:${upstream.port}` }] },
  ];
  const { web } = document.apps.http.servers;
  const apps = { http: { ...http, servers: { web: { ...web, routes: [{ handle }] } } } };
  await sandbox.write("busy.json", { ...document, apps });
  const running = await sandbox.serve(["run", "--config", "busy.json"]);
  void get(ports.site).catch(() => {});
  await upstream.asked;
  const release = () => {
    upstream.server.close();
    upstream.server.closeAllConnections();
  };
  return { running, release };
}

describe("graft run", () => {
  it("serves the file, says where the admin endpoint is, and has a pidfile meanwhile", async () => {
    const running = await sandbox.serve(["run", "-c", "app.json", "--pidfile", "graft.pid"]);
    expect(await get(ports.site)).toBe("one");
    expect(await running.seen("admin endpoint started")).toMatchObject({
      logger: "admin",
      address: `127.0.0.1:${ports.admin}`,
    });
    expect(readFileSync(sandbox.path("graft.pid"), "utf8")).toBe(`${running.process.pid}\n`);

    running.signal("SIGTERM");
    expect(await running.ended).toBe(0);
    expect(existsSync(sandbox.path("graft.pid"))).toBe(false);
  });

  it.each([
    ["localhost", 'graft: GRAFT_ADMIN: "localhost" has no port'],
    ["localhost:1-2", 'graft: GRAFT_ADMIN: "localhost:1-2" must be one address'],
  ])("blames GRAFT_ADMIN=%s, and not the config", async (address, message) => {
    const running = sandbox.begin(["run", "-c", "app.json"], { GRAFT_ADMIN: address });
    await running.seen(message);
    expect(await running.ended).toBe(1);
  });

  it("leaves the pidfile of a server alone that keeps it from starting", async () => {
    const args = ["run", "-c", "app.json", "--pidfile", "graft.pid"];
    const running = await sandbox.serve(args);
    const [second, third] = [
      await sandbox.run(args),
      await sandbox.run(["start", ...args.slice(1)]),
    ];
    expect([second.code, third.code]).toEqual([1, 1]);
    expect(readFileSync(sandbox.path("graft.pid"), "utf8")).toBe(`${running.process.pid}\n`);
  });

  it.each([
    ["rehearses in its first idle seconds", [], "rehearsed"],
    ["does not rehearse when it is told so", ["--no-rehearsal"], "no rehearsal"],
  ])("%s", async (_, flags, said) => {
    const logging = { logs: { default: { level: "DEBUG" } } };
    await sandbox.write("app.json", { ...saying("one", ports), logging });
    const running = await sandbox.serve(["run", "-c", "app.json", ...flags]);
    expect(await running.seen(said)).toMatchObject({ level: "debug" });
  });

  it("tells what its memory holds, as a heap snapshot", async () => {
    await sandbox.serve(["run", "-c", "app.json"]);
    const { status, headers, body } = await ask(ports.admin, "/debug/pprof/heap");
    expect([status, headers["content-disposition"]]).toEqual([
      200,
      expect.stringContaining(".heapsnapshot"),
    ]);
    expect(JSON.parse(body)).toMatchObject({ snapshot: expect.anything() });
  });

  it("reads standard input, variables from a file, and an admin address from GRAFT_ADMIN", async () => {
    await sandbox.write("prod.env", "export GREETING=hello\n");
    const { apps } = saying("{env.GREETING}", ports);
    const env = { GRAFT_ADMIN: `127.0.0.1:${ports.admin}` };
    const running = sandbox.begin(["run", "-c", "-", "--envfile", "prod.env", "--environ"], env);
    running.process.stdin?.end(JSON.stringify({ apps }));
    await running.seen("serving");
    expect(await get(ports.site)).toBe("hello");
    expect(await get(ports.admin, "/config/apps/http/servers/web/listen/0")).toContain(":");
  });

  it("keeps its admin endpoint when everything is unloaded", async () => {
    const env = { GRAFT_ADMIN: `127.0.0.1:${ports.admin}` };
    await sandbox.serve(["run", "-c", "app.json"], env);
    expect((await ask(ports.admin, "/config/", { method: "DELETE" })).status).toBe(200);
    expect(JSON.parse(await get(ports.admin, "/config/"))).toBe(null);
  });

  it("exits 1 and says why when it cannot start", async () => {
    await sandbox.serve(["run", "-c", "app.json"]);
    const taken = await sandbox.run(["run", "-c", "app.json"]);
    expect(taken).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is in use by process"),
    });

    const other = { ...sandbox.env, XDG_CONFIG_HOME: sandbox.path("other") };
    const refused = sandbox.begin(["run", "-c", "app.json"], other);
    expect(await refused.ended).toBe(1);
    expect((await refused.seen("graft:")).msg).toMatch(/^graft: app\.json:1:\d+: \/.*EADDRINUSE/);
  });
});

it("many servers end without a word of Node's in the log", async () => {
  const { admin } = saying("one", ports);
  const names = Array.from({ length: 14 }, (_, i) => `web${i}`);
  const servers = Object.fromEntries(names.map((name) => [name, { listen: ["127.0.0.1:0"] }]));
  await sandbox.write("many.json", { admin, apps: { http: { servers } } });
  const running = await sandbox.serve(["run", "-c", "many.json"]);
  expect(await patch(ports.admin, "/config/apps/http/servers", {})).toBe(200);
  running.signal("SIGTERM");
  expect(await running.ended).toBe(0);
  expect(running.log().filter(({ ts }) => ts === undefined)).toEqual([]);
});

describe("signals", () => {
  it("SIGTERM lets a request finish; a second one ends the process at once with 2", async () => {
    const { running, release } = await serveBusy();
    running.signal("SIGTERM");
    await running.seen("shutting down");
    expect(running.process.exitCode).toBe(null);
    running.signal("SIGTERM");
    expect(await running.ended).toBe(2);
    release();
  });

  it("a request that outlives the grace period makes the exit code 3", async () => {
    const { running, release } = await serveBusy({ grace_period: "100ms" });
    running.signal("SIGINT");
    expect(await running.ended).toBe(3);
    release();
  });

  it("SIGTERM does not wait for those who follow the events", async () => {
    const running = await sandbox.serve(["run", "-c", "app.json"]);
    const stream = httpGet({ host: "127.0.0.1", port: ports.admin, path: "/events" });
    const [response] = (await once(stream, "response")) as [IncomingMessage];
    const ended = once(response.resume(), "end");
    const before = performance.now();
    running.signal("SIGTERM");
    await ended;
    expect(await running.ended).toBe(0);
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it("SIGQUIT quits at once with 2", async () => {
    const running = await sandbox.serve(["run", "-c", "app.json"]);
    running.signal("SIGQUIT");
    expect(await running.ended).toBe(2);
  });

  it("SIGHUP is ignored, with a line that says so", async () => {
    const running = await sandbox.serve(["run", "-c", "app.json"]);
    running.signal("SIGHUP");
    expect(await running.seen("signal ignored")).toMatchObject({ signal: "SIGHUP" });
    expect(await get(ports.site)).toBe("one");
  });

  it("SIGUSR1 loads the file again, but not over a change that was made over HTTP", async () => {
    const running = await sandbox.serve(["run", "-c", "app.json"]);
    await sandbox.write("app.json", saying("two", ports));
    running.signal("SIGUSR1");
    await running.seen("config file loaded");
    expect(await get(ports.site)).toBe("two");

    expect(await patch(ports.admin, "/id/answer/body", "patched")).toBe(200);
    await sandbox.write("app.json", saying("three", ports));
    running.signal("SIGUSR1");
    await running.seen("not reloaded");
    expect(await get(ports.site)).toBe("patched");
  });
});

describe("who wins after a restart", () => {
  const answers = async (...flags: string[]) => {
    const running = await sandbox.serve(["run", ...flags]);
    const answer = await get(ports.site);
    const log = running.log();
    running.signal("SIGTERM");
    await running.ended;
    return { answer, log };
  };
  const changeOverHttp = async () => {
    const running = await sandbox.serve(["run", "-c", "app.json"]);
    expect(await patch(ports.admin, "/id/answer/body", "patched")).toBe(200);
    running.process.kill("SIGKILL");
    await running.ended;
  };

  it("is the journal with --resume, whatever the file says", async () => {
    await changeOverHttp();
    await sandbox.write("app.json", "not even JSON");
    const { answer, log } = await answers("--resume", "-c", "app.json");
    expect(answer).toBe("patched");
    expect(log).toContainEqual(
      expect.objectContaining({ msg: expect.stringMatching(/^resuming/), revision: 2 }),
    );
    expect(log).toContainEqual(
      expect.objectContaining({ msg: expect.stringMatching(/--resume prefers the journal/) }),
    );
  });

  it("is the file without it, and the log says what that leaves behind", async () => {
    await changeOverHttp();
    const { answer, log } = await answers("-c", "app.json");
    expect(answer).toBe("one");
    expect(log).toContainEqual(
      expect.objectContaining({
        level: "warn",
        msg: expect.stringMatching(/not the last revision of the journal/),
        revision: 2,
        applied_by: expect.stringMatching(/^PATCH \/config\/apps\/http/),
      }),
    );
  });

  it("is the file when there is nothing to resume", async () => {
    const { answer, log } = await answers("--resume", "-c", "app.json");
    expect(answer).toBe("one");
    expect(log.map(({ msg }) => msg)).toContain("nothing to resume: the journal is empty");
  });
});

// Nobody can make a directory there, not even root.
const onLinux = process.platform === "linux" ? describe : describe.skip;
onLinux("a state directory that cannot be written", () => {
  const XDG_CONFIG_HOME = "/sys";
  const reason = "/sys/graft could not be opened for writing: ";

  it("does not keep a file from being served; changes are refused, and say why", async () => {
    const running = await sandbox.serve(["run", "-c", "app.json"], { XDG_CONFIG_HOME });
    expect(await get(ports.site)).toBe("one");
    expect(await running.seen("changes are refused")).toMatchObject({ level: "error" });
    const headers = { "Content-Type": "application/json" };
    const asked = { method: "PATCH", headers, body: '"two"' };
    const { status, body } = await ask(ports.admin, "/id/answer/body", asked);
    expect([status, JSON.parse(body).error]).toEqual([503, expect.stringContaining(reason)]);
    expect(await get(ports.site)).toBe("one");
  });

  it("does not matter to a document that is not to be kept", async () => {
    const { admin, apps } = saying("one", ports);
    const config = { persist: false };
    await sandbox.write("app.json", { admin: { ...admin, config }, apps });
    await sandbox.serve(["run", "-c", "app.json"], { XDG_CONFIG_HOME });
    expect(await patch(ports.admin, "/id/answer/body", "two")).toBe(200);
    expect(await get(ports.site)).toBe("two");
    expect(await patch(ports.admin, "/config/admin/config/persist", true)).toBe(503);
  });

  it.each([
    { flags: ["--resume", "-c", "app.json"], so: "its revisions" },
    { flags: [], so: "nothing that would be served" },
  ])("ends $flags, as there is $so without it", async ({ flags }) => {
    const running = sandbox.begin(["run", ...flags], { XDG_CONFIG_HOME });
    expect(await running.seen(`graft: ${reason}`)).toMatchObject({
      msg: expect.stringContaining("XDG_CONFIG_HOME"),
    });
    expect(await running.ended).toBe(1);
  });
});

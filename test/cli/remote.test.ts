import { spawn } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { freePort, get, isInstalled, type Running, Sandbox, saying } from "./sandbox.js";

let sandbox: Sandbox;
let ports: { admin: number; site: number };
beforeEach(async () => {
  sandbox = await Sandbox.open();
  ports = { admin: await freePort(), site: await freePort() };
});
afterEach(() => sandbox.close());

const serve = async (document: object): Promise<Running> => {
  await sandbox.write("app.json", document);
  return sandbox.serve(["run", "--config", "app.json"]);
};

describe("graft reload and graft stop", () => {
  it("find the server by its config", async () => {
    const running = await serve(saying("one", ports));
    await sandbox.write("app.json", saying("two", ports));
    expect(await sandbox.run(["reload", "-c", "app.json"])).toMatchObject({ code: 0, stderr: "" });
    expect(await get(ports.site)).toBe("two");
    expect(await sandbox.run(["stop", "-c", "app.json"])).toMatchObject({ code: 0, stderr: "" });
    expect(await running.ended).toBe(0);
  });

  it("reach an admin endpoint on a unix socket", async () => {
    const address = `unix/${sandbox.path("admin.sock")}`;
    const { apps } = saying("one", ports);
    const running = await serve({ admin: { listen: `${address}|0600` }, apps });
    expect((await sandbox.run(["reload", "-c", "app.json"])).code).toBe(0);
    // A reload may move the endpoint; it is the old address that takes it.
    await sandbox.write("moved.yaml", JSON.stringify(saying("two", ports)));
    const moved = ["reload", "-c", "moved.yaml", "--address", address];
    expect(await sandbox.run(moved)).toMatchObject({ code: 0, stderr: "" });
    expect(await get(ports.site)).toBe("two");
    expect((await sandbox.run(["stop", "-c", "moved.yaml"])).code).toBe(0);
    expect(await running.ended).toBe(0);
  });

  it("tell what was refused in lines of the file, and the old config serves on", async () => {
    await serve(saying("one", ports));
    const broken = JSON.stringify(saying("two", ports), null, 2).replace('"body"', '"bady"');
    await sandbox.write("broken.json", broken);
    const { code, stderr } = await sandbox.run(["reload", "-c", "broken.json"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^graft: broken\.json:\d+:\d+: \/apps\/.*\/bady: unknown field "bady"/);
    expect(await get(ports.site)).toBe("one");
  });

  it("provision everything anew with --force, and nothing without", async () => {
    await serve(saying("one", ports));
    const revision = async () => {
      const [newest] = JSON.parse(await get(ports.admin, "/revisions"));
      return newest.number as number;
    };
    const before = await revision();
    expect((await sandbox.run(["reload", "-c", "app.json"])).code).toBe(0);
    expect(await revision()).toBe(before);
    expect((await sandbox.run(["reload", "-c", "app.json", "--force"])).code).toBe(0);
    expect(await revision()).toBe(before + 1);
  });

  it("say in one line that nobody answers", async () => {
    const { code, stderr } = await sandbox.run(["stop", "--address", `127.0.0.1:${ports.admin}`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^graft: the admin endpoint at 127.* \(is the server running\? .*\)\n$/);
    expect((await sandbox.run(["stop", "--address", "not an address"])).stderr).toContain(
      '(write "localhost:2019", or "unix//run/graft.sock")',
    );
  });
});

const withCaddy = isInstalled("caddy") ? describe : describe.skip;

/** Caddy's own command, in the sandbox. */
function caddy(...args: readonly string[]): Promise<number | null> {
  const options = { cwd: sandbox.folder, env: sandbox.env, stdio: "ignore" } as const;
  const child = spawn("caddy", args, options);
  return new Promise((done) => child.once("exit", done));
}

withCaddy("the real caddy command against graft run", () => {
  it("reloads and stops it", async () => {
    const running = await serve(saying("one", ports));
    const address = `127.0.0.1:${ports.admin}`;
    await sandbox.write("two.json", saying("two", ports));
    expect(await caddy("reload", "--config", "two.json", "--address", address)).toBe(0);
    expect(await get(ports.site)).toBe("two");

    await sandbox.write("bad.json", { apps: { nonsense: {} } });
    expect(await caddy("reload", "--config", "bad.json", "--address", address)).toBe(1);
    expect(await get(ports.site)).toBe("two");

    expect(await caddy("stop", "--address", address)).toBe(0);
    expect(await running.ended).toBe(0);
  });
});

describe("graft start", () => {
  it("returns when the server serves, and leaves it running", async () => {
    await sandbox.write("app.json", saying("one", ports));
    const { code, stdout } = await startQuietly("app.json");
    expect(code).toBe(0);
    const pid = Number(/pid=(\d+)/.exec(stdout)?.[1]);
    expect(await get(ports.site)).toBe("one");
    expect(process.kill(pid, 0)).toBe(true);
    expect((await sandbox.run(["stop", "-c", "app.json"])).code).toBe(0);
  });

  it("tells why the server could not start, and exits with its code", async () => {
    await sandbox.write("bad.json", { apps: { nonsense: {} } });
    const { code, stderr } = await sandbox.run(["start", "-c", "bad.json"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/graft: bad\.json:1:\d+: \/apps\/nonsense: unknown module.*\n/);
    expect(stderr).toContain("the server ended with code 1 before it served");
  });

  /** The server holds on to the output of its parent, so that is a file here and no pipe. */
  async function startQuietly(file: string) {
    const { openSync, closeSync, readFileSync } = await import("node:fs");
    const output = openSync(sandbox.path("out"), "w");
    const args = [`${process.cwd()}/dist/bin/graft.js`, "start", "-c", file];
    const options = { cwd: sandbox.folder, env: sandbox.env };
    const child = spawn(process.execPath, args, { ...options, stdio: ["ignore", output, output] });
    const code = await new Promise<number | null>((done) => child.once("exit", done));
    closeSync(output);
    return { code, stdout: readFileSync(sandbox.path("out"), "utf8") };
  }
});

import { appendFile, mkdir, rm } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ask } from "../support/http.js";
import { eventually, freePort, get, patch, Sandbox } from "./sandbox.js";

let sandbox: Sandbox;
let ports: { admin: number; site: number };
beforeEach(async () => {
  sandbox = await Sandbox.open();
  ports = { admin: await freePort(), site: await freePort() };
});
afterEach(() => sandbox.close());

/** A Caddyfile of one site, with these lines in it from line 7 on. */
const site = (...lines: readonly string[]) =>
  [
    ...["{", `\tadmin 127.0.0.1:${ports.admin}`, "}", ""],
    ...[`:${ports.site} {`, "\tbind 127.0.0.1", ...lines.map((line) => `\t${line}`), "}", ""],
  ].join("\n");

/** Wait until the site says this. */
async function says(body: string, path = "/"): Promise<void> {
  let last = "";
  await eventually(
    async () => {
      last = await get(ports.site, path).catch(String);
      return last === body || undefined;
    },
    () => `the site says "${last}", not "${body}":\n${sandbox.logs}`,
  );
}

describe("a Caddyfile in the working directory", () => {
  it("is what run serves when nothing else is named, and what adapt and validate read", async () => {
    await sandbox.write("Caddyfile", site("respond one"));
    const running = await sandbox.serve(["run"]);
    expect(await get(ports.site)).toBe("one");
    expect(await running.seen("using the config file")).toMatchObject({ file: "Caddyfile" });

    const { stdout } = await sandbox.run(["adapt"]);
    expect(JSON.parse(stdout)).toMatchObject({ apps: { http: { servers: { srv0: {} } } } });
    expect((await sandbox.run(["validate"])).stdout).toBe("Valid configuration\n");

    await sandbox.write("Caddyfile", site("respond two"));
    expect(await sandbox.run(["reload"])).toMatchObject({ code: 0, stderr: "" });
    expect(await get(ports.site)).toBe("two");
  });
});

describe("a config file's name", () => {
  it.each(["Caddyfile.prod", "caddyfile", "CaddyfileOld", "my.caddyfile", "MY.CADDYFILE"])(
    "%s says that it is a Caddyfile",
    async (name) => {
      await sandbox.write(name, ":8080\n");
      const { code, stdout } = await sandbox.run(["adapt", "-c", name]);
      expect([code, JSON.parse(stdout)]).toEqual([
        0,
        { apps: { http: { servers: { srv0: { listen: [":8080"] } } } } },
      ]);
    },
  );

  it.each([
    ["Caddyfile.json", "{}"],
    ["caddyfile.yaml", "{}"],
    ["Caddyfile.json5", "{/**/}"],
  ])("%s says otherwise", async (name, text) => {
    await sandbox.write(name, text);
    expect((await sandbox.run(["adapt", "-c", name])).stdout).toBe("{}\n");
  });

  it("is overruled by --adapter", async () => {
    await sandbox.write("app.conf", ":8080\n");
    const { stdout } = await sandbox.run(["adapt", "-c", "app.conf", "--adapter", "caddyfile"]);
    expect(stdout).toContain('":8080"');
    const { stderr } = await sandbox.run(["adapt", "-c", "-", "-a", "caddyfile"], "a {\n\tb\n}\n");
    expect(stderr).toMatch(/^graft: \(stdin\):2:2: /);
  });
});

describe("what is wrong with a Caddyfile", () => {
  it("is told with its line by adapt, validate and reload", async () => {
    await sandbox.write("Caddyfile", site("# why", "nonsense"));
    for (const command of ["adapt", "validate", "reload"]) {
      const { code, stderr } = await sandbox.run([command]);
      const complaint = "graft: Caddyfile:8:2: unrecognized directive: nonsense";
      expect([code, stderr]).toEqual([1, expect.stringContaining(complaint)]);
    }
  });

  it("is told with its line and its path when the engine refuses it", async () => {
    await sandbox.write("Caddyfile", site("respond one"));
    await sandbox.serve(["run"]);
    const broken = site("# why", "@odd path_regexp [", "respond @odd two");
    await sandbox.write("Caddyfile", broken);
    const refused = [1, expect.stringMatching(/^graft: Caddyfile:8:2: \/apps\/.*path_regexp/)];
    for (const command of ["validate", "reload"]) {
      const { code, stderr } = await sandbox.run([command]);
      expect([code, stderr]).toEqual(refused);
    }
    for (const path of ["/load", "/load?dry_run=true"]) {
      expect(JSON.parse((await post(path, broken)).body)).toMatchObject({
        error: expect.stringContaining("path_regexp"),
        path: expect.stringContaining("/apps/http/servers/srv0/routes/0/match/0"),
        ...{ file: "Caddyfile", line: 8, column: 2 },
      });
    }
    expect(await get(ports.site)).toBe("one");
  });

  it("is a warning when it is only the form", async () => {
    await sandbox.write("Caddyfile", site("", "", "respond one"));
    const message = "Caddyfile:7: Caddyfile input is not formatted; run 'graft fmt --overwrite'";
    const stderr = expect.stringMatching(`^graft: warning: ${message}.*\n$`);
    expect(await sandbox.run(["adapt"])).toMatchObject({ code: 0, stderr });
    expect(await sandbox.run(["validate"])).toMatchObject({ code: 0, stderr });
    const running = await sandbox.serve(["run"]);
    expect(await running.seen(message)).toMatchObject({ level: "warn" });
    expect(await sandbox.run(["reload"])).toMatchObject({ code: 0, stderr });
  });
});

/** POST a Caddyfile to the admin endpoint. */
const post = (path: string, body: string) =>
  ask(ports.admin, path, { method: "POST", headers: { "Content-Type": "text/caddyfile" }, body });

describe("POST of a Caddyfile", () => {
  it("loads it, with what it imports from the working directory, and tells warnings", async () => {
    await sandbox.write("Caddyfile", site("respond one"));
    await sandbox.serve(["run"]);
    await sandbox.write("answer", "respond {args[0]}\n");
    expect(await post("/load", site("import answer two"))).toMatchObject({ status: 200, body: "" });
    expect(await get(ports.site)).toBe("two");

    const { status, body } = await post("/load", site("respond   three"));
    const message = expect.stringContaining("not formatted");
    expect([status, JSON.parse(body)]).toEqual([200, [{ file: "Caddyfile", line: 7, message }]]);
    expect(await get(ports.site)).toBe("three");

    const adapted = JSON.parse((await post("/adapt", site("respond  {env.HOME}"))).body);
    expect(adapted).toMatchObject({ warnings: [{ line: 7, message }], result: { apps: {} } });
    expect(await get(ports.site)).toBe("three");
  });
});

describe("graft run --watch on a Caddyfile", () => {
  const watching = async (...lines: readonly string[]) => {
    await sandbox.write("Caddyfile", site(...lines));
    return sandbox.serve(["run", "--watch"]);
  };

  it("follows it, tells a mistake with its line, and the failures of what runs", async () => {
    const running = await watching("respond one");
    await sandbox.write("Caddyfile", site("respond two"));
    await says("two");
    await sandbox.write("Caddyfile", site("", "respnd three"));
    await running.seen("config file not loaded: Caddyfile:8:2: unrecognized directive: respnd");
    await sandbox.write("Caddyfile", site("", "respond four", "error /fail failed"));
    await says("four");
    await get(ports.site, "/fail");
    expect(await running.seen("failed")).toMatchObject({ place: "Caddyfile:9" });
    await patch(ports.admin, "/config/apps/http/servers/srv0/routes/0/handle/0/error", "patched");
    await get(ports.site, "/fail");
    expect((await running.seen("patched")).place).toBeUndefined();
  });

  it("follows the files that it imports, also one that has been missing", async () => {
    await sandbox.write("a", "respond one\n");
    const running = await watching("import a");
    await sandbox.write("a", "import b\n");
    await running.seen("config file not loaded: a:1:1: File to import not found: b");
    await sandbox.write("b", "respond two\n");
    await says("two");
    await sandbox.write("b", "respond three\n");
    await says("three");
  });

  it("follows a pattern: files that come and go, in folders that come and go", async () => {
    const running = await watching("import sites/*/app.conf", "import *.conf", "respond none");
    const write = (name: string, body: string) =>
      sandbox.write(name, `respond /x ${body}\nrespond /${body} ${body}\n`);
    await running.seen("watching");
    await write("top.conf", "top");
    await says("top", "/x");
    await rm(sandbox.path("top.conf"));
    await says("none", "/x");

    await mkdir(sandbox.path("sites"));
    await mkdir(sandbox.path("sites/a"));
    await write("sites/a/app.conf", "a");
    await says("a", "/x");
    await mkdir(sandbox.path("sites/b"));
    await write("sites/b/app.conf", "b");
    await says("b", "/b");
    await write("sites/a/app.conf", "changed");
    await says("changed", "/x");

    await rm(sandbox.path("sites"), { recursive: true });
    await mkdir(sandbox.path("sites/c"), { recursive: true });
    await write("sites/c/app.conf", "c");
    await says("c", "/x");
    await write("sites/c/app.conf", "again");
    await says("again", "/x");
  });

  it("is not kept busy by names that match no pattern", async () => {
    const running = await watching("import *.conf", "respond one");
    const writing = setInterval(() => void sandbox.write("access.log", String(Math.random())), 5);
    try {
      await sandbox.write("a.conf", "respond /a a\n");
      await says("a", "/a");
    } finally {
      clearInterval(writing);
    }
    expect(running.log().filter(({ msg }) => msg === "config file loaded")).toHaveLength(1);
  });

  it("does not wait for ever for what changes all the time to come to rest", async () => {
    await watching("import *.conf", "respond one");
    const noise = sandbox.path("noise.conf");
    const writing = setInterval(() => void appendFile(noise, "# not yet\n"), 5);
    try {
      await sandbox.write("a.conf", "respond /a a\n");
      await says("a", "/a");
    } finally {
      clearInterval(writing);
    }
  });
});

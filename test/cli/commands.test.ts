import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Sandbox } from "./sandbox.js";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await Sandbox.open();
});
afterAll(() => sandbox.close());

const BROKEN = '{"apps": {"http": {"servers": {"web": {\n  "rutes": []\n}}}}}';

describe("graft --help", () => {
  it("lists the commands and shows how to begin", async () => {
    const { code, stdout } = await sandbox.run(["--help"]);
    expect(code).toBe(0);
    for (const command of [
      "run",
      "start",
      "stop",
      "reload",
      "adapt",
      "validate",
      "fmt",
      "completion",
    ]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, "m"));
    }
    expect(stdout).toContain("graft run --config app.json");
  });

  it("tells of signals and exit codes where they matter", async () => {
    const { stdout } = await sandbox.run(["run", "--help"]);
    expect(stdout).toMatch(/Examples:.*Signals:.*SIGUSR1.*Exit codes:/s);
  });

  it("is pointed at when a command is not known, with the one that was meant", async () => {
    const { code, stderr } = await sandbox.run(["relod"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/unknown command 'relod'[\s\S]*reload[\s\S]*--help/);
  });
});

describe("graft version", () => {
  it("prints the version of the package", async () => {
    expect(await sandbox.run(["version"])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^v\d+\.\d+\.\d+\n$/),
      stderr: "",
    });
  });
});

describe("graft list-modules", () => {
  it("lists ids, and for scripts more than that", async () => {
    const { stdout } = await sandbox.run(["list-modules"]);
    expect(stdout).toContain("\nhttp.handlers.static_response\n");
    expect(stdout).toMatch(/Standard modules: \d+/);

    const modules = JSON.parse((await sandbox.run(["list-modules", "--json"])).stdout);
    const entry = { module_name: "http.handlers.headers", module_type: "standard" };
    expect(modules).toContainEqual(expect.objectContaining(entry));
  });
});

describe("graft environ", () => {
  it("prints the directories, and variables with those of a file", async () => {
    const envfile = await sandbox.write("prod.env", "GREETING='hi there'\nPATH=never\n");
    const { stdout } = await sandbox.run(["environ", "--envfile", envfile]);
    expect(stdout).toContain(`graft.ConfigDir=${sandbox.path("config/graft")}\n`);
    expect(stdout).toContain("\nGREETING=hi there\n");
    expect(stdout).not.toContain("\nPATH=never\n");
  });
});

describe("graft adapt", () => {
  it("turns YAML into JSON by the file's name", async () => {
    const file = await sandbox.write("a.yaml", "admin: {disabled: true} # off\n");
    const { code, stdout } = await sandbox.run(["adapt", "--config", file]);
    expect([code, JSON.parse(stdout)]).toEqual([0, { admin: { disabled: true } }]);
  });

  it("reads standard input in a format that is named, and indents", async () => {
    const { stdout } = await sandbox.run(["adapt", "-c", "-", "-a", "json5", "-p"], "{a: 1,}");
    expect(stdout).toBe('{\n\t"a": 1\n}\n');
  });

  it("says where the text is wrong", async () => {
    const { code, stderr, stdout } = await sandbox.run(["adapt", "-c", "-"], '{"a":\n  nope}');
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^graft: \(stdin\):2:3: .*--adapter/);
  });

  it("refuses bytes that are not UTF-8, and drops a byte order mark", async () => {
    const { writeFile } = await import("node:fs/promises");
    await writeFile(sandbox.path("latin.json"), Buffer.from([0x22, 0xe4, 0x22]));
    expect((await sandbox.run(["adapt", "-c", "latin.json"])).stderr).toContain("is not UTF-8");
    await sandbox.write("mark.json", "\ufeff{}");
    expect((await sandbox.run(["adapt", "-c", "mark.json"])).stdout).toBe("{}\n");
  });

  it("checks the result when asked to", async () => {
    const file = await sandbox.write("broken.json", BROKEN);
    const { code, stdout, stderr } = await sandbox.run(["adapt", "-c", file, "--validate"]);
    expect([code, JSON.parse(stdout)]).toEqual([1, JSON.parse(BROKEN)]);
    expect(stderr).toContain('unknown field "rutes"');
  });
});

describe("graft validate", () => {
  it("accepts what could be served, without a state directory", async () => {
    const file = await sandbox.write("good.json", { apps: { http: {} } });
    const { code, stdout } = await sandbox.run(["validate", "--config", file]);
    expect([code, stdout]).toEqual([0, "Valid configuration\n"]);
    const { existsSync } = await import("node:fs");
    expect(existsSync(sandbox.path("config"))).toBe(false);
  });

  it("tells file, line, column, path and what to write instead", async () => {
    await sandbox.write("broken.json", BROKEN);
    const { code, stderr } = await sandbox.run(["validate", "--config", "broken.json"]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'graft: broken.json:2:3: /apps/http/servers/web/rutes: unknown field "rutes" ' +
        '(did you mean "routes"?)\n',
    );
  });

  it.each([
    [["-c", "missing.json"], "no such file"],
    [
      ["-c", "a.yaml", "-a", "toml"],
      "unrecognized config adapter 'toml' (known: json, json5, yaml, caddyfile)",
    ],
    [["-a", "yaml"], "add --config"],
    [[], "no config was named (add --config <file>)"],
  ])("says in one line what is wrong with %j", async (flags, message) => {
    await sandbox.write("a.yaml", "{}");
    const { code, stderr } = await sandbox.run(["validate", ...flags]);
    expect([code, stderr.split("\n").length]).toEqual([1, 2]);
    expect(stderr).toContain(message);
  });
});

describe("shell completion", () => {
  it.each(["bash", "zsh", "fish", "powershell"])("has a script for %s", async (shell) => {
    const { code, stdout } = await sandbox.run(["completion", shell]);
    expect(code).toBe(0);
    expect(stdout).toContain("graft");
  });

  it("refuses a shell that it does not know", async () => {
    const { code, stderr } = await sandbox.run(["completion", "tcsh"]);
    expect([code, stderr]).toEqual([
      1,
      'graft: no completion for "tcsh" (known: bash, zsh, fish, powershell)\n',
    ]);
  });

  it("suggests commands, flags and values", async () => {
    const suggestions = async (...words: string[]) =>
      (await sandbox.run(["complete", "--", ...words])).stdout;
    expect(await suggestions("re")).toMatch(/^reload\t/m);
    expect(await suggestions("run", "--")).toMatch(/^--watch\t/m);
    expect(await suggestions("adapt", "--adapter", "")).toMatch(/^caddyfile\t/m);
    expect(await suggestions("fmt", "--")).toMatch(/^--overwrite\t/m);
  });
});

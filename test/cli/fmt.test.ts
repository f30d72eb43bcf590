import { chmod, link, lstat, readdir, readFile, stat, symlink } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Sandbox } from "./sandbox.js";

const WRITTEN = ":8080 {\nabort   /x\n}\n";
const FORMATTED = ":8080 {\n\tabort /x\n}\n";
const COMPLAINT = expect.stringMatching(
  /^graft: \S+:2: Caddyfile input is not formatted \(.*\)\n$/,
);

let sandbox: Sandbox;
const fmt = (flags: readonly string[], input?: string) => sandbox.run(["fmt", ...flags], input);
const textOf = (name: string) => readFile(sandbox.path(name), "utf8");
beforeEach(async () => {
  sandbox = await Sandbox.open();
  await sandbox.write("Caddyfile", WRITTEN);
  await sandbox.write("neat", FORMATTED);
});
afterEach(() => sandbox.close());

describe("graft fmt", () => {
  it("prints ./Caddyfile, or the file that is named in either way, and changes nothing", async () => {
    const shown = { code: 1, stdout: FORMATTED, stderr: COMPLAINT };
    expect(await fmt([])).toEqual(shown);
    expect(await fmt(["Caddyfile"])).toEqual(shown);
    expect(await fmt(["--config", "Caddyfile"])).toEqual(shown);
    expect(await textOf("Caddyfile")).toBe(WRITTEN);
  });

  it("exits 0 when the file is formatted already", async () => {
    expect(await fmt(["neat"])).toEqual({ code: 0, stdout: FORMATTED, stderr: "" });
  });

  it("formats standard input, and exits 0 however that looked", async () => {
    const expected = { code: 0, stdout: FORMATTED, stderr: "" };
    expect(await fmt(["-"], WRITTEN)).toEqual(expected);
    expect(await fmt(["--overwrite", "-"], WRITTEN)).toEqual(expected);
  });

  it("marks by --diff what it would change", async () => {
    const stdout = "  :8080 {\n- abort   /x\n+ \tabort /x\n  }\n  \n";
    expect(await fmt(["--diff"])).toEqual({ code: 1, stdout, stderr: COMPLAINT });
    expect((await fmt(["-d", "-"], WRITTEN)).stdout).toBe(stdout);
    expect(await fmt(["--diff", "neat"])).toMatchObject({ code: 0, stderr: "" });
  });

  it.each([
    [["none"], /no such file/],
    [["a", "b"], /too many arguments/],
    [["-c", "neat", "Caddyfile"], /fmt does not support multiple files: neat Caddyfile/],
    [["broken"], /^graft: broken:4:1: /],
  ])("refuses %j", async (flags, message) => {
    await sandbox.write("broken", ":8080 {\n\trespond <<END\n\t\ttext\n\tmore\n\t\tEND\n}\n");
    const { code, stdout, stderr } = await fmt(flags);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(message);
  });
});

describe("graft fmt --overwrite", () => {
  const done = { code: 0, stdout: "", stderr: "" };

  it("writes the file back, with its mode, and says nothing", async () => {
    await chmod(sandbox.path("Caddyfile"), 0o640);
    expect(await fmt(["--overwrite"])).toEqual(done);
    expect(await textOf("Caddyfile")).toBe(FORMATTED);
    expect((await stat(sandbox.path("Caddyfile"))).mode & 0o777).toBe(0o640);
    expect((await readdir(sandbox.folder)).sort()).toEqual(["Caddyfile", "neat"]);
  });

  it("leaves a file alone that is formatted already", async () => {
    const before = await stat(sandbox.path("neat"));
    expect(await fmt(["-w", "neat"])).toEqual(done);
    const after = await stat(sandbox.path("neat"));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  it("keeps what leads to the file: links, and other names", async () => {
    await symlink("Caddyfile", sandbox.path("link"));
    expect(await fmt(["-w", "link"])).toEqual(done);
    expect((await lstat(sandbox.path("link"))).isSymbolicLink()).toBe(true);
    expect(await textOf("Caddyfile")).toBe(FORMATTED);

    await sandbox.write("one", WRITTEN);
    await link(sandbox.path("one"), sandbox.path("two"));
    expect(await fmt(["-w", "one"])).toEqual(done);
    expect(await textOf("two")).toBe(FORMATTED);
  });
});

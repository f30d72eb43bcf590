// What an adapter is handed for imports: files and patterns of the disk.

import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { MAX_BYTES } from "../../src/document/index.js";
import { importsFromDisk } from "../../src/platform/index.js";

const { readFile, glob } = importsFromDisk;

let dir: string;
const at = (name: string) => join(dir, name);
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "graft-imports-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe("reading an imported file", () => {
  it("gives its text without a byte order mark", async () => {
    await writeFile(at("a"), "\ufeffhällo\n");
    expect(readFile(at("a"))).toBe("hällo\n");
  });

  it("says by its code that there is no such file, or that it is a directory", () => {
    expect(() => readFile(at("b"))).toThrow(expect.objectContaining({ code: "ENOENT" }));
    expect(() => readFile(dir)).toThrow(expect.objectContaining({ code: "EISDIR" }));
  });

  it("refuses what is not UTF-8, too large, or never ends", async () => {
    await writeFile(at("latin"), Buffer.from([0xe4]));
    expect(() => readFile(at("latin"))).toThrow("not UTF-8");
    await writeFile(at("large"), "");
    await truncate(at("large"), MAX_BYTES + 1);
    expect(() => readFile(at("large"))).toThrow("larger than");
    execFileSync("mkfifo", [at("pipe")]);
    expect(() => readFile(at("pipe"))).toThrow("not a file");
    expect(() => readFile("/dev/zero")).toThrow("not a file");
  });
});

describe("the files that a pattern names", () => {
  beforeEach(async () => {
    for (const folder of ["sites", "sites/a", "sites/b.d"]) await mkdir(at(folder));
    for (const file of ["x.caddy", "y.caddy", "x+caddy", "sites/a/app", "sites/b.d/app"]) {
      await writeFile(at(file), "");
    }
  });

  it.each([
    ["*.caddy", ["x.caddy", "y.caddy"]],
    ["?.caddy", ["x.caddy", "y.caddy"]],
    ["x?caddy", ["x+caddy", "x.caddy"]],
    ["sites/*/app", ["sites/a/app", "sites/b.d/app"]],
    ["sites/*.d/*", ["sites/b.d/app"]],
    ["sites/*/none", []],
    ["x.caddy/*", []],
    ["nowhere/*", []],
    ["x.caddy", ["x.caddy"]],
    ["(x|y).caddy", []],
  ])("%s are %j", (pattern, names) => {
    expect(glob(at(pattern))).toEqual(names.map(at));
  });

  it("are seen from the working directory unless they begin at the root", () => {
    expect(glob("package*.json")).toEqual(["package-lock.json", "package.json"]);
  });

  it("include links that lead nowhere, since leaving one out would hide a mistake", async () => {
    await symlink("gone", at("z.caddy"));
    expect(glob(at("z*"))).toEqual([at("z.caddy")]);
  });
});

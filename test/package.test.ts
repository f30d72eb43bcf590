// What is published: all that an installed package needs, and nothing else.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "@jest/globals";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SHIPPED =
  /^dist\/(bin\/.+\.js|(src|adapters)\/.+\.(js|d\.ts))$|^(README|CHANGELOG)\.md$|^LICENSE$|^package\.json$/;

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

/** The packages that a declaration file imports, Node's own modules aside. */
function packagesNamed(text: string): string[] {
  const imported = [...text.matchAll(/(?:from |import\()"([^"]+)"/g)].map(([, name]) => name ?? "");
  const strangers = imported.filter((name) => !/^(\.|node:)/.test(name));
  return strangers.map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
}

/** Whether a package brings its types itself. */
function hasTypes(name: string): boolean {
  const text = readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8");
  return /"(types|typings|typesVersions)":/.test(text);
}

let paths: readonly string[];
beforeAll(async () => {
  const told = await new Promise<string>((resolve, reject) => {
    const options = { cwd: ROOT, shell: process.platform === "win32", maxBuffer: 2 ** 24 };
    const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
    execFile("npm", args, options, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
  const [pack] = JSON.parse(told) as [{ readonly files: readonly { readonly path: string }[] }];
  paths = pack.files.map(({ path }) => path);
});

describe("the published package", () => {
  it("holds no bench, no fixtures, no maps of sources that are not there, no build stamps", () => {
    expect(paths.filter((path) => !SHIPPED.test(path))).toEqual([]);
    expect(paths.filter((path) => path.startsWith("dist/src/cli/"))).toEqual([]); // it is in bin
  });

  it("depends on every package that its types mention, and on that one's types", () => {
    const manifest: Manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const depends = (name: string) => name in manifest.dependencies;
    const declarations = paths.filter((path) => path.endsWith(".d.ts"));
    const named = declarations.flatMap((path) =>
      packagesNamed(readFileSync(join(ROOT, path), "utf8")),
    );
    const packages = [...new Set(named)];
    expect(packages).toContain("express");
    expect(packages.filter((name) => !depends(name))).toEqual([]);
    expect(packages.filter((name) => !hasTypes(name) && !depends(`@types/${name}`))).toEqual([]);
  });

  it("holds what its manifest names", () => {
    for (const path of [
      "dist/bin/graft.js",
      "dist/src/index.js",
      "dist/src/index.d.ts",
      "dist/adapters/caddyfile/index.js",
      "dist/adapters/caddyfile/index.d.ts",
      "LICENSE",
      "README.md",
      "CHANGELOG.md",
    ]) {
      expect(paths).toContain(path);
    }
  });
});

// What is published: all that an installed package needs, and nothing else.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "@jest/globals";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SHIPPED =
  /^dist\/(bin\/.+\.js|(src|adapters)\/.+\.(js|d\.ts))$|^(README|CHANGELOG)\.md$|^LICENSE$|^package\.json$/;

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

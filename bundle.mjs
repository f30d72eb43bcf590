// Makes the `graft` command of the compiled sources and the packages they use: reading some seven
// hundred small files was half of what a start took. The library itself is published unbundled.

import { rmSync } from "node:fs";
import { build } from "esbuild";

const OUT = "dist/bin";

rmSync(OUT, { recursive: true, force: true });
await build({
  entryPoints: { graft: "dist/src/cli/main.js" },
  outdir: OUT,
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20",
  logLevel: "warning",
  // Packages in CommonJS ask for Node's own modules by `require`.
  banner: {
    js: 'import { createRequire as req } from "node:module"; const require = req(import.meta.url);',
  },
});

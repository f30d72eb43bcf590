// Makes the `graft` command of the compiled sources and the packages they use: reading some seven
// hundred small files was half of what a start took. The library itself is published unbundled, and
// what evaluates expressions in CEL is left to `node_modules`, where only those who have some look.

import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const OUT = "dist/bin";
const COMMAND = `${OUT}/graft.js`;

/**
 * How the command begins. A `#!` cannot hand a flag to Node everywhere, so a shell does; Node sees a
 * text and a comment. The flag leaves V8 one thread beside the event loop: with its usual four, a
 * collection of all memory keeps the loop from a core for a quarter of a second (DECISIONS.md).
 */
const BEGINNING = `#!/bin/sh
':' //; exec node --v8-pool-size=1 "$0" "$@"
`;

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
  // They find the binary for the machine beside themselves.
  external: ["@node-rs/*"],
  // Packages in CommonJS ask for Node's own modules by `require`.
  banner: {
    js: 'import { createRequire as req } from "node:module"; const require = req(import.meta.url);',
  },
});
writeFileSync(COMMAND, readFileSync(COMMAND, "utf8").replace(/^#!.*\n/, BEGINNING));
chmodSync(COMMAND, 0o755);

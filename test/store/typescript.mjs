// Lets a child process of a test run TypeScript from the sources: `node --import <this file>
// child.ts`. The build would do as well, but then a test might run what was built yesterday.

import { existsSync, readFileSync } from "node:fs";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { transformSync } from "@swc/core";

if (isMainThread) register(import.meta.url);

/** `x.js` is `x.ts` where only that exists. */
export function resolve(specifier, context, next) {
  if (specifier.startsWith(".") && specifier.endsWith(".js")) {
    const url = new URL(specifier.replace(/js$/, "ts"), context.parentURL);
    if (existsSync(url)) return { url: url.href, shortCircuit: true };
  }
  return next(specifier, context);
}

/** Types are taken out, nothing else. */
export function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  const { code } = transformSync(readFileSync(fileURLToPath(url), "utf8"), {
    jsc: { parser: { syntax: "typescript" }, target: "es2023" },
    module: { type: "es6" },
  });
  return { format: "module", source: code, shortCircuit: true };
}

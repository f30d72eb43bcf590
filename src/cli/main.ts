#!/usr/bin/env node
// The `graft` command. Everything it needs is imported after the compile cache is on, where Node
// has one: reading modules is most of what starting costs.

import module from "node:module";

// To a SIGUSR1 that nobody listens to, Node opens a debugger: for whoever is on this machine.
process.on("SIGUSR1", () => {});

if ("enableCompileCache" in module && typeof module.enableCompileCache === "function") {
  module.enableCompileCache();
}

const { main } = await import("./program.js");
await main(process.argv);

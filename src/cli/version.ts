// `graft version`.

import { createRequire } from "node:module";
import { Command } from "commander";

/** The version in package.json, found by the package's own name from `src` and from `dist`. */
export function packageVersion(): string {
  const manifest: { readonly version: string } = createRequire(import.meta.url)(
    "graft/package.json",
  );
  return manifest.version;
}

/** The declaration of `graft version`. */
export function version(): Command {
  return new Command("version").description("Print the version.").action(() => {
    process.stdout.write(`v${packageVersion()}\n`);
  });
}

// `graft list-modules`: what a config may name.

import { Command } from "commander";
import { examples } from "./help.js";
import { packageVersion } from "./version.js";

interface ListFlags {
  readonly versions?: boolean;
  readonly packages?: boolean;
  readonly json?: boolean;
}

/** The declaration of `graft list-modules`. */
export function listModules(): Command {
  return new Command("list-modules")
    .description("List the modules that a config may name, one on a line.")
    .option("--versions", "tell the version each comes with")
    .option("--packages", "tell the package each comes from")
    .option("--json", "print JSON, with a sentence about each")
    .addHelpText(
      "after",
      examples([
        ["graft list-modules | grep http.handlers", "what can handle a request"],
        ["graft list-modules --json", "for scripts"],
      ]),
    )
    .action(async (flags: ListFlags) => {
      const { standardModules } = await import("../apps/standard.js");
      const { Registry } = await import("../engine/index.js");
      const modules = new Registry(standardModules).all();
      process.stdout.write(flags.json ? asJson(modules) : asText(modules, flags));
    });
}

interface Listed {
  readonly id: string;
  readonly summary: string;
}

function asText(modules: readonly Listed[], { versions, packages }: ListFlags): string {
  const more = `${versions ? ` v${packageVersion()}` : ""}${packages ? " graft" : ""}`;
  const lines = modules.map(({ id }) => `${id}${more}\n`).join("");
  return `${lines}\n  Standard modules: ${modules.length}\n`;
}

function asJson(modules: readonly Listed[]): string {
  const version = `v${packageVersion()}`;
  const list = modules.map(({ id, summary }) => ({
    module_name: id,
    module_type: "standard",
    version,
    package_url: "graft",
    summary,
  }));
  return `${JSON.stringify(list, null, 2)}\n`;
}

// `graft adapt`: any format to JSON, without a server.

import { Command } from "commander";
import { complain } from "./failure.js";
import {
  type ConfigOptions,
  type EnvfileOptions,
  examples,
  withConfig,
  withEnvfile,
} from "./help.js";

interface AdaptFlags extends ConfigOptions, EnvfileOptions {
  readonly pretty?: boolean;
  readonly validate?: boolean;
}

/** The declaration of `graft adapt`. */
export function adapt(): Command {
  return withEnvfile(withConfig(new Command("adapt"), "the config to adapt"))
    .summary("Turn a config into JSON.")
    .description(
      "Turn a config into the JSON document that would be served, and print it. " +
        "Warnings go to standard error. Nothing is started.",
    )
    .option("-p, --pretty", "indent the JSON")
    .option("--validate", "also check that it could be served")
    .addHelpText(
      "after",
      examples([
        ["graft adapt --pretty", "see what ./Caddyfile means"],
        ["graft adapt --config app.yaml", "see what a YAML config means"],
        ["graft adapt -c - -a json5 < app.json5", "read standard input"],
      ]),
    )
    .action(async (flags: AdaptFlags) => {
      const { loadEnvfiles } = await import("./envfile.js");
      const { describeWarning, requireConfig } = await import("./config-file.js");
      loadEnvfiles(flags.envfile);
      const { adapted } = await requireConfig(flags);
      const text = JSON.stringify(adapted.document, null, flags.pretty ? "\t" : undefined);
      process.stdout.write(`${text}\n`);
      complain(adapted.warnings.map((warning) => `warning: ${describeWarning(warning)}`));
      if (flags.validate) await (await import("./check.js")).check(adapted);
    });
}

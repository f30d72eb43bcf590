// `graft validate`: could this be served?

import { Command } from "commander";
import { complain } from "./failure.js";
import {
  type ConfigOptions,
  type EnvfileOptions,
  examples,
  withConfig,
  withEnvfile,
} from "./help.js";

/** The declaration of `graft validate`. */
export function validate(): Command {
  return withEnvfile(withConfig(new Command("validate"), "the config to check"))
    .summary("Check a config completely.")
    .description(
      "Check a config completely, without binding a port or writing a file. " +
        "Tells everything that is wrong, with file, line and column, and exits 1.",
    )
    .addHelpText(
      "after",
      examples([
        ["graft validate --config app.json", "before a deployment, or in a commit hook"],
        ["graft validate -c - -a yaml < app.yaml", "read standard input"],
      ]),
    )
    .action(async (flags: ConfigOptions & EnvfileOptions) => {
      const { loadEnvfiles } = await import("./envfile.js");
      const { describeWarning, requireConfig } = await import("./config-file.js");
      const { check } = await import("./check.js");
      loadEnvfiles(flags.envfile);
      const { adapted } = await requireConfig(flags);
      complain(adapted.warnings.map((warning) => `warning: ${describeWarning(warning)}`));
      await check(adapted);
      process.stdout.write("Valid configuration\n");
    });
}

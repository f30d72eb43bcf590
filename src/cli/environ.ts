// `graft environ`: what the process sees of its surroundings.

import { Command } from "commander";
import { configDirectory, dataDirectory } from "./directories.js";
import { loadEnvfiles } from "./envfile.js";
import { type EnvfileOptions, examples, withEnvfile } from "./help.js";
import { packageVersion } from "./version.js";

/** The declaration of `graft environ`. */
export function environ(): Command {
  return withEnvfile(new Command("environ"))
    .summary("Print the environment.")
    .description(
      "Print the environment as a server would see it: directories, versions, variables. " +
        "It may hold secrets.",
    )
    .addHelpText(
      "after",
      examples([["graft environ --envfile prod.env", "check what {env.NAME} will be"]]),
    )
    .action(({ envfile }: EnvfileOptions) => {
      loadEnvfiles(envfile);
      printEnvironment();
    });
}

/** Write the facts, and then every variable, to standard output. */
export function printEnvironment(): void {
  const facts = {
    "graft.ConfigDir": configDirectory(),
    "graft.DataDir": dataDirectory(),
    "graft.Version": `v${packageVersion()}`,
    "runtime.Node": process.version,
    "runtime.Platform": `${process.platform}/${process.arch}`,
    "os.Getwd": process.cwd(),
  };
  const lines = Object.entries({ ...facts, ...process.env }).map(([k, v]) => `${k}=${v ?? ""}\n`);
  process.stdout.write(lines.join(""));
}

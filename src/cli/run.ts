// `graft run`: the declaration; what it does is in `serve.ts`.

import { Command } from "commander";
import {
  type ConfigOptions,
  type EnvfileOptions,
  examples,
  withConfig,
  withEnvfile,
} from "./help.js";

/** The flags of `graft run` and `graft start`. */
export interface RunFlags extends ConfigOptions, EnvfileOptions {
  readonly environ?: boolean;
  readonly resume?: boolean;
  readonly watch?: boolean;
  readonly pidfile?: string;
  /** True unless `--no-rehearsal` is given. */
  readonly rehearsal?: boolean;
}

/** Add what `run` and `start` have in common. */
export function withRunFlags(command: Command): Command {
  return withEnvfile(withConfig(command, "the config to begin with"))
    .option("-e, --environ", "print the environment first")
    .option(
      "-r, --resume",
      "go on with the last revision in the journal, if any, not with --config",
    )
    .option("-w, --watch", "load the config file again whenever it changes")
    .option("--pidfile <file>", "write the process id there, and remove it at the end")
    .option("--no-rehearsal", "do not prepare for large changes in the first idle seconds");
}

/** The declaration of `graft run`. */
export function run(): Command {
  return withRunFlags(new Command("run"))
    .summary("Serve in the foreground.")
    .description(
      "Serve in the foreground until it is told to stop. The log goes to standard error.",
    )
    .addHelpText(
      "after",
      examples([
        ["graft run --config app.json", "serve a file; changes over HTTP are kept in the journal"],
        ["graft run --watch", "serve ./Caddyfile, and follow it and what it imports"],
        ["graft run --resume", "serve the last revision, changes over HTTP included"],
        ["graft run -c app.yaml --watch", "follow the file; a broken edit changes nothing"],
        ["graft run -c - < app.json", "read standard input"],
        ["GRAFT_ADMIN=localhost:2020 graft run", "have the admin endpoint elsewhere"],
      ]),
    )
    .addHelpText("after", NOTES)
    .action(async (flags: RunFlags) => {
      const { serve } = await import("./serve.js");
      process.exit(await serve(flags));
    });
}

const NOTES = `
Signals:
  SIGTERM, SIGINT  finish the requests under way, then stop; a second one stops at once
  SIGQUIT          stop at once
  SIGUSR1          load the config file again, unless the config was changed over HTTP since
  SIGHUP           nothing

Exit codes:
  0  stopped cleanly
  1  failed to start; trying again will not help
  2  stopped at once, as it was told to
  3  stopped, but requests under way had to be cut`;

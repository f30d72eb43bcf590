// `graft reload`: the config is adapted here, and loaded there.

import { Command } from "commander";
import { type ConfigOptions, examples, withConfig } from "./help.js";

/** The flags of `graft reload`. */
export interface ReloadFlags extends ConfigOptions {
  readonly address?: string;
  readonly force?: boolean;
}

/** The declaration of `graft reload`. */
export function reload(): Command {
  return withConfig(new Command("reload"), "the new config")
    .summary("Give the running server a new config.")
    .description(
      "Give the running server a new config, as POST /load does. When it returns 0 the config is " +
        "live and written down; when it fails, the old one serves on and every fault is told.",
    )
    .option("--address <address>", "where the admin endpoint is, if the config does not say")
    .option("-f, --force", "provision everything anew, even if nothing changed")
    .addHelpText(
      "after",
      examples([
        ["graft reload --config app.json", "after an edit"],
        ["graft reload -c app.yaml --address localhost:2020", "a server at another address"],
      ]),
    )
    .action(async (flags: ReloadFlags) => {
      await (await import("./offer.js")).offer(flags);
    });
}

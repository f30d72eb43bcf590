// `graft stop`.

import { Command } from "commander";
import { CommandError } from "./failure.js";
import { type ConfigOptions, examples, withConfig } from "./help.js";

interface StopFlags extends ConfigOptions {
  readonly address?: string;
}

/** The declaration of `graft stop`. */
export function stop(): Command {
  return withConfig(new Command("stop"), "take the admin address from this config")
    .summary("Stop the running server.")
    .description("Ask the running server to finish the requests under way and stop.")
    .option("--address <address>", "where its admin endpoint is; localhost:2019, or $GRAFT_ADMIN")
    .addHelpText(
      "after",
      examples([
        ["graft stop", "the server at the default address"],
        ["graft stop --address unix//run/graft.sock", "one that listens on a unix socket"],
      ]),
    )
    .action(async (flags: StopFlags) => {
      const { adminAddressOf, postToAdmin } = await import("./admin-client.js");
      const named = flags.address === undefined && flags.config !== undefined;
      const config = named ? await (await import("./config-file.js")).readConfig(flags) : undefined;
      const address = adminAddressOf(flags.address, config?.adapted.document);
      const { status, text } = await postToAdmin(address, { path: "/stop" });
      if (status >= 400) throw new CommandError(`the server refused to stop: ${status} ${text}`);
    });
}

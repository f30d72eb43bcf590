// `graft completion`: scripts for shells. The scripts ask `graft complete -- <words>`, which is not
// for people and stays out of the help.

import { Command } from "commander";
import { CommandError } from "./failure.js";
import { examples } from "./help.js";

const SHELLS = ["bash", "zsh", "fish", "powershell"];

/** The declaration of `graft completion`. */
export function completion(): Command {
  return new Command("completion")
    .summary("Print a completion script for a shell.")
    .description("Print a script that makes a shell complete graft's commands and flags.")
    .argument("<shell>", SHELLS.join(", "))
    .addHelpText(
      "after",
      examples([
        ["source <(graft completion bash)", "in ~/.bashrc"],
        ["source <(graft completion zsh)", "in ~/.zshrc"],
        ["graft completion fish | source", "in config.fish"],
        ["graft completion powershell | Out-String | Invoke-Expression", "in $PROFILE"],
      ]),
    )
    .action(async (shell: string) => {
      if (!SHELLS.includes(shell)) {
        throw new CommandError(`no completion for "${shell}"`, `known: ${SHELLS.join(", ")}`);
      }
      const { default: tab } = await import("@bomb.sh/tab");
      tab.setup("graft", "graft", shell);
    });
}

/** The declaration of what the scripts ask. `others` makes a program with the other commands. */
export function complete(others: () => Command): Command {
  return new Command("complete").argument("[words...]").action(async (words: readonly string[]) => {
    const { default: describe } = await import("@bomb.sh/tab/commander");
    const tab = describe(others(), { completionCommandName: "completion" });
    for (const command of tab.commands.values()) {
      const adapter = command.options.get("adapter");
      if (adapter !== undefined) adapter.handler = completeAdapter;
    }
    tab.parse([...words]);
  });
}

function completeAdapter(suggest: (value: string, description: string) => void): void {
  suggest("json", "the native format");
  suggest("json5", "JSON with comments");
  suggest("yaml", "YAML 1.2");
  suggest("caddyfile", "Caddyfile");
}

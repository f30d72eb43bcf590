// The commands, listed by hand, and what becomes of their failures.

import { Command } from "commander";
import { adapt } from "./adapt.js";
import { complete, completion } from "./completion.js";
import { environ } from "./environ.js";
import { CommandError, complain, describeFailure, ExitCode } from "./failure.js";
import { fmt } from "./fmt.js";
import { hashPassword } from "./hash-password.js";
import { examples } from "./help.js";
import { listModules } from "./list-modules.js";
import { reload } from "./reload.js";
import { run } from "./run.js";
import { start } from "./start.js";
import { stop } from "./stop.js";
import { validate } from "./validate.js";
import { packageVersion, version } from "./version.js";

/** The whole command line. */
export function createProgram(): Command {
  return commandsOf(createRoot(), [...COMMANDS, completion]).addCommand(
    complete(() => commandsOf(createRoot(), COMMANDS)),
    { hidden: true },
  );
}

const COMMANDS = [
  run,
  start,
  stop,
  reload,
  adapt,
  validate,
  fmt,
  hashPassword,
  listModules,
  environ,
  version,
];

function commandsOf(root: Command, makers: readonly (() => Command)[]): Command {
  for (const make of makers) root.addCommand(make().copyInheritedSettings(root));
  return root;
}

function createRoot(): Command {
  return new Command("graft")
    .description(
      "A living JSON configuration with a server: every change is validated, made live without " +
        "dropping a request, written down, and can be taken back.",
    )
    .version(`v${packageVersion()}`, "-V, --version", "print the version")
    .helpOption("-h, --help", "tell what a command does, with examples")
    .helpCommand("help [command]", "The same as --help.")
    .showHelpAfterError("(--help tells more)")
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, "graft: ")),
    })
    .addHelpText(
      "after",
      examples([
        ["graft run --config app.json", "serve a config in the foreground"],
        ["graft run --resume", "serve what was live when it last ran"],
        ["graft reload --config app.json", "give the running server a new config"],
        ["curl localhost:2019/config/", "look at what is live"],
      ]),
    );
}

/** Run the command that the arguments name. */
export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on("error", endWithReader);
  try {
    await createProgram().parseAsync([...argv]);
  } catch (error) {
    complain(await describeFailure(error));
    process.exitCode = error instanceof CommandError ? error.exitCode : ExitCode.failed;
  }
}

/** Whoever read the output, such as `head`, has seen enough. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(ExitCode.ok);
  throw error;
}

// `graft start`: `graft run` in the background. The child tells over a channel that only the two of
// them have when it serves, so that nothing else can be taken for it.

import { type ChildProcess, spawn } from "node:child_process";
import { Command } from "commander";
import { CommandError, ExitCode } from "./failure.js";
import { examples } from "./help.js";
import { type RunFlags, withRunFlags } from "./run.js";

/** The declaration of `graft start`. */
export function start(): Command {
  return withRunFlags(new Command("start"))
    .summary("Serve in the background.")
    .description(
      "Serve in the background, and return once it serves. When it cannot, the reason is printed " +
        "and the exit code is that of the server. End it with graft stop.",
    )
    .addHelpText(
      "after",
      examples([
        ["graft start --config app.json", "serve a file"],
        ["graft start --resume 2>> graft.log", "keep the log, which else comes to this terminal"],
      ]),
    )
    .action(async (flags: RunFlags) => {
      // The flags mean the same to `run`, so they are handed on as they were written.
      const child = spawnDetached(process.argv.slice(3), flags.config === "-");
      const pid = await untilServing(child);
      process.stdout.write(`Graft serves in the background (pid=${pid})\n`);
    });
}

function spawnDetached(flags: readonly string[], readsInput: boolean): ChildProcess {
  const script = process.argv[1] as string;
  return spawn(process.execPath, [...process.execArgv, script, "run", ...flags], {
    detached: true,
    windowsHide: true,
    stdio: [readsInput ? "inherit" : "ignore", "inherit", "inherit", "ipc"],
  });
}

/** Wait for the child's word that it serves, and let go of it. */
function untilServing(child: ChildProcess): Promise<number> {
  const end = () => child.kill("SIGTERM");
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, end);
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new CommandError(error.message)));
    child.once("exit", (code, signal) => {
      const how = signal === null ? `with code ${code}` : `by ${signal}`;
      const exitCode = code === null || code === ExitCode.ok ? ExitCode.failed : code;
      reject(new CommandError(`the server ended ${how} before it served`, undefined, exitCode));
    });
    child.once("message", () => {
      child.disconnect();
      child.unref();
      resolve(child.pid as number);
    });
  });
}

/** In the child: tell whoever waits that the server serves. */
export function tellServing(): void {
  process.send?.("serving", undefined, undefined, () => process.disconnect());
}

// What the commands' declarations share: examples in the help, and flags that several take.

import type { Command } from "commander";

/** A command line and what it is for. */
type Example = readonly [line: string, purpose: string];

/** Examples as they stand at the end of a help text. */
export function examples(list: readonly Example[]): string {
  const width = Math.max(...list.map(([line]) => line.length));
  const lines = list.map(([line, purpose]) => `  ${line.padEnd(width)}  ${purpose}`);
  return `\nExamples:\n${lines.join("\n")}`;
}

/** Which config a command works on. */
export interface ConfigOptions {
  readonly config?: string;
  readonly adapter?: string;
}

/** Add `--config` and `--adapter`. */
export function withConfig(command: Command, purpose: string): Command {
  return command
    .option("-c, --config <file>", `${purpose}; - is standard input`)
    .option(
      "-a, --adapter <name>",
      "the config's format, where its name does not tell: caddyfile, json5, yaml",
    );
}

/** Files with environment variables. */
export interface EnvfileOptions {
  readonly envfile?: readonly string[];
}

/** Add `--envfile`, which may be given several times. */
export function withEnvfile(command: Command): Command {
  return command.option(
    "--envfile <file>",
    "load variables from KEY=VALUE lines; those that are set already win",
    (file: string, before: readonly string[] = []) => [...before, file],
  );
}

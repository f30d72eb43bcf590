// `graft fmt`: the declaration; what it does is in `formatting.ts`.

import { Command } from "commander";
import { examples } from "./help.js";

/** The flags of `graft fmt`. */
export interface FmtFlags {
  readonly config?: string;
  readonly overwrite?: boolean;
  readonly diff?: boolean;
}

/** The declaration of `graft fmt`. */
export function fmt(): Command {
  return new Command("fmt")
    .summary("Format a Caddyfile.")
    .description(
      "Print a Caddyfile in its usual form: tabs, braces at the ends of lines, single blank lines. " +
        "What it means stays the same. Exits 1 when the file was not formatted.",
    )
    .argument("[path]", "the Caddyfile; ./Caddyfile unless named, and - is standard input")
    .option("-c, --config <file>", "the Caddyfile, as for other commands")
    .option("-w, --overwrite", "write the result back to the file, and print nothing")
    .option("-d, --diff", "print each line with a mark: - before, + after, or as it was")
    .addHelpText(
      "after",
      examples([
        ["graft fmt --overwrite", "format ./Caddyfile"],
        ["graft fmt --diff sites/app.caddyfile", "see what it would change"],
        ["graft fmt - < Caddyfile", "read standard input; always exits 0"],
      ]),
    )
    .action(async (path: string | undefined, flags: FmtFlags) => {
      await (await import("./formatting.js")).formatConfig(path, flags);
    });
}

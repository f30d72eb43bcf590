// What `graft fmt` does, with the exit codes of `caddy fmt`: editors and commit hooks rely on them.

import { firstDifference } from "../../adapters/caddyfile/format/difference.js";
import { format } from "../../adapters/caddyfile/format/format.js";
import { ParseError } from "../document/index.js";
import { decode, readSource } from "./config-file.js";
import { CommandError } from "./failure.js";
import type { FmtFlags } from "./fmt.js";
import { lineDifference } from "./line-difference.js";
import { overwrite } from "./overwrite.js";

/** Format the file that the arguments name, and print or write what came out. */
export async function formatConfig(path: string | undefined, flags: FmtFlags): Promise<void> {
  if (path !== undefined && flags.config !== undefined) {
    throw new CommandError(`fmt does not support multiple files: ${flags.config} ${path}`);
  }
  const file = path ?? flags.config ?? "Caddyfile";
  const name = file === "-" ? "(stdin)" : file;
  const text = decode((await readSource(file)).bytes, name);
  const formatted = inFile(name, () => format(text));

  if (flags.overwrite && file !== "-") {
    if (formatted !== text) await overwrite(file, formatted);
    return;
  }
  process.stdout.write(flags.diff ? lineDifference(text, formatted) : formatted);
  const line = file === "-" ? undefined : inFile(name, () => firstDifference(text));
  if (line === undefined) return;
  const hint = `graft fmt --overwrite ${file} formats it`;
  throw new CommandError(`${name}:${line}: Caddyfile input is not formatted`, hint);
}

/** Name the file in what is wrong with its text. */
function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new ParseError(error.reason, { ...error.place, file });
  }
}

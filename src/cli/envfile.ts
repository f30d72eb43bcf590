// Environment files: KEY=VALUE lines, comments, `export`, quotes that may span lines. A line that
// says none of these is refused with its number, where Node's own reader would pass over it.

import { readFileSync } from "node:fs";
import { CommandError } from "./failure.js";

/** Set the variables of these files. One that is set already stays as it is. */
export function loadEnvfiles(files: readonly string[] = []): void {
  for (const file of files) {
    for (const [name, value] of parseEnvfile(readEnvfile(file), file)) process.env[name] ??= value;
  }
}

/** The variables of a text; of one that is there twice, the last value. */
export function parseEnvfile(text: string, file: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    if (/^\s*(#|$)/.test(line)) continue;
    const number = at + 1;
    const [, name, value] = /^\s*(?:export\s+)?([^\s=]+)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined || /^\s+\S/.test(value)) {
      throw new CommandError(`${file}:${number}: expected KEY=VALUE, without spaces around the =`);
    }
    const quote = /^["']/.exec(value)?.[0];
    let quoted = value.slice(1);
    while (quote !== undefined && endOfQuoted(quoted, quote) < 0) {
      if (++at >= lines.length) {
        throw new CommandError(`${file}:${number}: the quote of ${name} is never closed`);
      }
      quoted += `\n${lines[at]}`;
    }
    if (quote !== undefined && !/^(\s+#.*|\s*)$/.test(behindQuoted(quoted, quote))) {
      throw new CommandError(`${file}:${at + 1}: expected nothing behind the quote of ${name}`);
    }
    const plain = () => value.replace(/(^|\s+)#.*$/, "").trimEnd();
    variables.set(name, quote === undefined ? plain() : unquote(quoted, quote));
  }
  return variables;
}

/** Where the closing quote stands; one behind a backslash is a character like others. */
function endOfQuoted(text: string, quote: string): number {
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (text[at - 1] !== "\\") return at;
  }
  return -1;
}

function behindQuoted(text: string, quote: string): string {
  return text.slice(endOfQuoted(text, quote) + 1);
}

function unquote(text: string, quote: string): string {
  return text.slice(0, endOfQuoted(text, quote)).replaceAll(`\\${quote}`, quote);
}

function readEnvfile(file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/^\ufeff/, "");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`the environment file could not be read: ${why}`);
  }
}

// `file.*`: what stands in a file, read at each request: a secret that is renewed needs no reload.
// Only the config names files: what a request brings is never read as a placeholder.

import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Exchange } from "../exchange.js";
import type { Meaning } from "./read.js";

const PREFIX = "file.";
/** A file that is larger (bytes) is none to put into a text. */
const MAX_BYTES = 1024 * 1024;

/** What a name means that is `file.` and the name of a file. */
export function fileMeaning(name: string): Meaning {
  if (!name.startsWith(PREFIX)) return undefined;
  const file = resolve(name.slice(PREFIX.length));
  return (exchange) => contentOf(file, exchange);
}

/** A file's content without the newline at its end; nothing, and an error in the log, if it has none. */
function contentOf(file: string, { server, spot }: Exchange): string {
  try {
    const stats = statSync(file);
    // A pipe would be waited for.
    if (!stats.isFile()) throw new Error("not a file");
    if (stats.size > MAX_BYTES) throw new Error(`larger than ${MAX_BYTES} bytes`);
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    server.log.error("placeholder: cannot read file", { ...spot?.facts, file, error: reason });
    return "";
  }
}

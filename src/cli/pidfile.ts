// The file that tells others which process to signal.

import { readFileSync, unlinkSync, writeFileSync } from "node:fs";
import type { Log } from "../engine/index.js";

/** Write the file; the returned function removes it, unless another process has taken it over. */
export function writePidfile(file: string, log: Log): () => void {
  const content = `${process.pid}\n`;
  try {
    writeFileSync(file, content);
  } catch (error) {
    log.error("the pidfile could not be written", { pidfile: file, reason: String(error) });
    return () => {};
  }
  return () => {
    try {
      if (readFileSync(file, "utf8") === content) unlinkSync(file);
    } catch (error) {
      log.warn("the pidfile could not be removed", { pidfile: file, reason: String(error) });
    }
  };
}

// The log of a process: to standard error, whatever becomes of standard error.

import { destination } from "pino";
import type { Log } from "../engine/index.js";
import { createLog, type RootLog } from "../platform/index.js";

/** The log of this process. A terminal that was closed, or a full disk, does not end the server. */
export function createProcessLog(): RootLog {
  const stream = destination({ dest: 2, sync: true });
  stream.on("error", () => {});
  return createLog({ stream });
}

/**
 * From here on an error that nobody caught is a line in the log, not the end: it is our fault, and
 * thousands of connections that have nothing to do with it are being served.
 */
export function logStrayErrors(log: Log): void {
  const tell = (error: unknown) => log.error("internal error: this is a bug", { error });
  process.on("uncaughtException", tell).on("unhandledRejection", tell);
}

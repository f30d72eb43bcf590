// Node's debugger, which runs any code for whoever is on this machine and connects to it. Node opens
// it at a SIGUSR1 that comes before we listen to it: when a server is asked to reload as it starts.

import inspector from "node:inspector";
import type { Log } from "../engine/index.js";

/** Close the debugger, unless the command line or `NODE_OPTIONS` asks for it. */
export function closeStrayDebugger(log: Log): void {
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ""].join(" ");
  const isWanted = /--inspect(-brk|-wait)?(?![-\w])/.test(flags);
  if (inspector.url() === undefined || isWanted) return;
  inspector.close();
  log.warn("closed the debugger that Node opened at an early SIGUSR1");
}

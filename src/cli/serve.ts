// A server as a process of its own: what `graft run` does once its flags are read. The file or the
// journal: who wins is decided here, and said in the log.

import { setImmediate } from "node:timers/promises";
import { ConfigError } from "../document/index.js";
import type { Log } from "../engine/index.js";
import { createGraft, type Graft } from "../graft.js";
import { importsFromDisk } from "../platform/index.js";
import { parseListen } from "../schema/index.js";
import type { Opened } from "../store/index.js";
import { defaultAdminAddress } from "./admin-client.js";
import { located } from "./check.js";
import { tuneCollector } from "./collector.js";
import {
  adaptSource,
  type Config,
  configFileOf,
  describeWarning,
  readConfig,
  readSource,
  type Source,
} from "./config-file.js";
import { closeStrayDebugger } from "./debugger.js";
import { Ending } from "./ending.js";
import { loadEnvfiles } from "./envfile.js";
import { printEnvironment } from "./environ.js";
import { CommandError, ExitCode } from "./failure.js";
import { FollowedFile, type FollowedOptions } from "./followed-file.js";
import { adapters } from "./formats.js";
import { Imports } from "./imports.js";
import { tellNotResumed, tellResumed } from "./origin.js";
import { writePidfile } from "./pidfile.js";
import { createProcessLog, logStrayErrors } from "./process-log.js";
import { rehearse } from "./rehearsal.js";
import type { RunFlags } from "./run.js";
import { tellServing } from "./start.js";
import { openState } from "./state.js";

/** Serve until the process is told to stop. Tells the exit code; rejects when it cannot start. */
export async function serve(flags: RunFlags): Promise<number> {
  tuneCollector();
  loadEnvfiles(flags.envfile);
  if (flags.environ) printEnvironment();
  const log = createProcessLog();
  const ending = new Ending(log);
  const beginning = begin(flags, log, ending);
  const reload = () => beginning.then((begun) => reloadFrom(begun, log));
  ending.trapSignals(() => void reload().catch(() => {})); // who cannot begin says why
  const begun = await beginning;
  if (begun === undefined) return ExitCode.ok;
  const { graft, followed } = begun;
  // Not before it serves: the file may be that of a server which keeps this one from starting.
  if (flags.pidfile) process.once("exit", writePidfile(flags.pidfile, log));
  logStrayErrors(log);
  closeStrayDebugger(log);
  announceAdmin(graft, log.named("admin"));
  if (flags.watch) await watch(followed, log.named("watcher"));
  log.info("serving", { pid: process.pid, revision: graft.door.revision });
  tellServing();
  void warmUp(graft, flags, log);
  return ending.of(graft);
}

/** What SIGUSR1 does; one that comes early waits until there is something to reload. */
async function reloadFrom(begun: Begun | undefined, log: Log): Promise<void> {
  if (begun?.followed !== undefined) await begun.followed.reload();
  else log.info("nothing to reload: the config did not come from a file", { signal: "SIGUSR1" });
}

/** Do in idle moments what the first change would have to wait for otherwise. */
async function warmUp(graft: Graft, { rehearsal }: RunFlags, log: Log): Promise<void> {
  for (const _ of graft.registry.warmUp()) await setImmediate();
  if (rehearsal !== false) await rehearse(graft);
  log.debug(rehearsal === false ? "no rehearsal, as it was told" : "rehearsed");
}

async function watch(followed: FollowedFile | undefined, log: Log): Promise<void> {
  if (followed === undefined) log.warn("nothing to watch: the config did not come from a file");
  else await (await import("./watch.js")).watchFile(followed, log);
}

/** What serves, and the file it can be loaded from again. */
interface Begun {
  readonly graft: Graft;
  readonly followed: FollowedFile | undefined;
}

/** Undefined when it was told to stop while it read its config, which may take for ever. */
async function begin(flags: RunFlags, log: Log, ending: Ending): Promise<Begun | undefined> {
  const adminListen = defaultListen();
  const journal = await openState(flags, log);
  const { store, opened } = journal;
  try {
    const resume = flags.resume === true && opened.document !== undefined;
    const session = flags.watch ? {} : undefined;
    const reading = resume ? undefined : readConfig(flags, session);
    const config = (await Promise.race([reading, ending.asked])) ?? undefined;
    if (ending.isAsked) {
      await store.close();
      log.info("shutdown complete: it had not begun to serve");
      return undefined;
    }
    for (const warning of config?.adapted.warnings ?? []) log.warn(describeWarning(warning));
    if (resume) await tellResumed(journal, flags.config, log);
    else await tellNotResumed(journal, config, flags.resume === true, log);
    const graft = await createGraft({
      store,
      opened,
      resume,
      document: config?.adapted.document ?? null,
      ...(config === undefined ? {} : { adapted: config.adapted }),
      log,
      adapters,
      adapting: importsFromDisk,
      env: { ...process.env },
      adminListen,
      onStop: () => ending.ask("POST /stop"),
    }).catch((error) => Promise.reject(notStarted(error, config, opened)));
    const following = { graft, config, session, log: log.named("config") };
    return { graft, followed: await follow(flags, following) };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The default address of the admin endpoint. What is wrong with it is no fault of the config. */
function defaultListen(): string {
  const address = defaultAdminAddress();
  try {
    if (parseListen(address).length === 1) return address;
  } catch (error) {
    throw new CommandError(`GRAFT_ADMIN: ${error instanceof Error ? error.message : error}`);
  }
  throw new CommandError(`GRAFT_ADMIN: "${address}" must be one address, not a range`);
}

/** The file that the flags name, to be loaded again later; also when the journal came first. */
async function follow(
  { config: file = configFileOf({}), adapter }: RunFlags,
  following: Pick<FollowedOptions, "graft" | "config" | "session" | "log">,
): Promise<FollowedFile | undefined> {
  const { config } = following;
  if (file === undefined || file === "-") return undefined;
  const source = config ?? (await readSource(file).catch(() => undefined));
  const hash = source?.hash ?? "";
  const imports = config?.imports ?? importsOf(source, adapter);
  return new FollowedFile({ ...following, file, adapter, hash, imports });
}

/** What a file imports that is not loaded, and may well be wrong. */
function importsOf(source: Source | undefined, adapter: string | undefined): Imports {
  const imports = new Imports();
  try {
    if (source !== undefined) adaptSource(source, adapter, imports);
  } catch {} // that is told when it is to be loaded
  return imports;
}

/** A failure to start, in terms of the file, or of the journal. */
function notStarted(error: unknown, config: Config | undefined, { revision }: Opened): unknown {
  if (config !== undefined) return located(error, config.adapted);
  if (!(error instanceof ConfigError)) return error;
  const message = `revision ${revision} of the journal cannot be served: ${error.message}`;
  return new CommandError(message, "run without --resume to begin with a file");
}

/** Say where the admin endpoint is, now and whenever a change moves it. */
function announceAdmin(graft: Graft, log: Log): void {
  let known: string | undefined;
  const look = () => {
    const address = graft.adminAddress;
    if (address === known) return;
    known = address;
    if (address !== undefined) log.info("admin endpoint started", { address });
    else log.warn("admin endpoint disabled");
  };
  look();
  graft.door.subscribe(look);
}

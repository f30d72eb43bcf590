// Opening the state directory. Without one that can be written to, a file can still be served: it
// stands for itself. What is asked over HTTP cannot: a 200 says that it is on disk.

import { Unavailable } from "../control/index.js";
import type { Log } from "../engine/index.js";
import { DirectoryLocked, realClock } from "../platform/index.js";
import {
  createJournalStore,
  createMemoryStore,
  type Store,
  StoreUnwritable,
} from "../store/index.js";
import { configFileOf } from "./config-file.js";
import { configDirectory } from "./directories.js";
import { CommandError } from "./failure.js";
import type { JournalAtStart } from "./origin.js";
import type { RunFlags } from "./run.js";

const WHERE = "XDG_CONFIG_HOME says where the directory is";
const MEND = `make it writable, with space on its disk; ${WHERE}`;

/** Open the journal, or do without one where a file is to be served. */
export async function openState(flags: RunFlags, log: Log): Promise<JournalAtStart> {
  const directory = configDirectory();
  const journal = createJournalStore({ dir: directory, clock: realClock, log: log.named("store") });
  try {
    return { store: journal, opened: await journal.open(), directory };
  } catch (error) {
    // Two servers cannot write one journal, but they can have one each.
    if (error instanceof DirectoryLocked) throw new CommandError(error.message, WHERE);
    if (!(error instanceof StoreUnwritable)) throw error;
    const file = flags.resume === true ? undefined : (flags.config ?? configFileOf({}));
    if (file === undefined) throw new CommandError(error.message, MEND);
    const { message: reason } = error;
    log.error("changes are refused: they could not be kept", { directory, reason, hint: MEND });
    const store = refusing(`changes are refused: ${reason}`);
    return { store, opened: await store.open(), directory };
  }
}

/** A store that is empty and remains so. */
function refusing(reason: string): Store {
  const refuse = () => Promise.reject(new Unavailable(reason));
  return Object.assign(createMemoryStore(0), { append: refuse });
}

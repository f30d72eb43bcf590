// Who wins after a start: the journal, or the file. It must be no riddle, so each case says in the
// log what is served, what is not, and how to have the other.

import { equal } from "../document/index.js";
import type { Log } from "../engine/index.js";
import type { Opened, Store } from "../store/index.js";
import type { Config } from "./config-file.js";

/** The journal as it was found. */
export interface JournalAtStart {
  readonly store: Store;
  readonly opened: Opened;
  readonly directory: string;
}

/** The journal wins. */
export async function tellResumed(
  journal: JournalAtStart,
  file: string | undefined,
  log: Log,
): Promise<void> {
  log.info("resuming the last revision of the journal", await lastRevision(journal));
  if (file === undefined) return;
  log.warn("the config file is not loaded: --resume prefers the journal", { file });
}

/** The file wins, or nothing at all. */
export async function tellNotResumed(
  journal: JournalAtStart,
  config: Config | undefined,
  wanted: boolean,
  log: Log,
): Promise<void> {
  const { opened, directory } = journal;
  if (wanted) log.info("nothing to resume: the journal is empty", { directory });
  if (config !== undefined) log.info("using the config file", { file: config.file });
  const left = opened.document;
  if (left === undefined || left === null || equal(left, config?.adapted.document ?? null)) return;
  const hint = `run --resume serves it; POST /revisions/${opened.revision}/restore brings it back`;
  const what = config === undefined ? "nothing is served" : "the config file is served";
  log.warn(`${what}, not the last revision of the journal`, {
    ...(await lastRevision(journal)),
    hint,
  });
}

/** What is known about the last revision. */
async function lastRevision({ store, opened, directory }: JournalAtStart) {
  const [record] = await store.list({ limit: 1 });
  return {
    revision: opened.revision,
    ...(record && { applied_at: new Date(record.time).toISOString(), applied_by: record.source }),
    ...(record?.author && { author: record.author }),
    directory,
  };
}

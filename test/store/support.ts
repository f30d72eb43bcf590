// What the tests of the store share: a directory that goes away, revisions whose document is known,
// and a file system that fails when it is told to.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyPatch, type Json, type Operation } from "../../src/document/index.js";
import { silentLog } from "../../src/engine/ports.js";
import { type Files, type OpenFile, realClock, realFiles } from "../../src/platform/index.js";
import {
  createJournalStore,
  type JournalOptions,
  type RevisionRecord,
  type Store,
} from "../../src/store/index.js";

/** Run a test in a directory of its own. */
export async function inDirectory(run: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "graft-store-"));
  try {
    await run(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** A journal store with small segments, so that rotation happens all the time. */
export function smallJournal(dir: string, options: Partial<JournalOptions> = {}): Store {
  return createJournalStore({
    dir,
    clock: realClock,
    log: silentLog,
    maxSegmentBytes: 600,
    keepSegments: 1000,
    ...options,
  });
}

/** A revision with this patch. */
export function revision(number: number, patch: readonly Operation[]): RevisionRecord {
  return { number, time: 1_700_000_000_000 + number, source: "PATCH /config/", patch };
}

/** What revision `number` does in a store filled by `fill`. */
export function counting(number: number): RevisionRecord {
  return number === 1
    ? revision(1, [{ op: "add", path: "", value: { count: 1, log: [] } }])
    : revision(number, [
        { op: "replace", path: "/count", value: number },
        { op: "add", path: "/log/-", value: `entry ${number}` },
        ...(number > 5 ? [{ op: "remove", path: "/log/0" } as const] : []),
      ]);
}

/** The document after revision `number` of a store filled by `fill`. */
export function counted(number: number): Json {
  const entries = Array.from({ length: Math.min(4, Math.max(0, number - 1)) }, (_, i) => i);
  return { count: number, log: entries.map((i) => `entry ${number - i}`).reverse() };
}

/** Append the revisions `from` to `to`, one by one. */
export async function fill(store: Store, from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number++) {
    await store.append([counting(number)], counted(number));
  }
}

/** The document after all of these revisions. */
export function documentAfter(records: readonly RevisionRecord[]): Json {
  return records.reduce((now, { patch }) => applyPatch(now, patch), null as Json);
}

/**
 * A file system whose nth effect fails, and with `forGood` all that come after it, as if killed.
 */
export interface Failing {
  readonly files: Files;
  /** Whether the nth effect was reached. */
  readonly failed: () => boolean;
  /** How many effects there were. */
  readonly effects: () => number;
}

/** Fail at the `nth` effect (from 0). A write that fails has written half of what it should. */
export function failing(nth: number, forGood: boolean): Failing {
  let count = 0;
  const due = () => {
    const now = count++;
    return now === nth || (forGood && now > nth);
  };
  const guard = <A extends unknown[], R>(run: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      if (due()) throw noSpace();
      return run(...args);
    };
  };
  const guardFile = (file: OpenFile): OpenFile => ({
    ...file,
    async write(pieces, position) {
      if (!due()) return file.write(pieces, position);
      const all = Buffer.concat(pieces);
      if (count === nth + 1) await file.write([all.subarray(0, all.length / 2)], position);
      throw noSpace();
    },
    datasync: guard(file.datasync),
    truncate: guard(file.truncate),
  });
  const files: Files = {
    ...realFiles,
    open: async (path, mode) => {
      if (mode === "create" && due()) throw noSpace();
      return guardFile(await realFiles.open(path, mode));
    },
    rename: guard(realFiles.rename),
    copy: guard(realFiles.copy),
    remove: guard(realFiles.remove),
    makeDirectory: guard(realFiles.makeDirectory),
    syncDirectory: guard(realFiles.syncDirectory),
  };
  return { files, failed: () => count > nth, effects: () => count };
}

function noSpace(): Error {
  return Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
}

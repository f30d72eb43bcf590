// The standard store: a directory with a journal. An append is one write and one fdatasync,
// whatever the size of the document; appends that come while the disk is busy share the next one.

import { type Json, Renderer } from "../document/index.js";
import {
  type Clock,
  type DirectoryLock,
  type Files,
  type Log,
  lockDirectory,
  realFiles,
} from "../platform/index.js";
import { Autosave } from "./autosave.js";
import { messageOf, notOpened, StoreError } from "./error.js";
import { History } from "./history.js";
import { type Home, homeAt } from "./home.js";
import { encodeRevision } from "./record.js";
import { recover } from "./recover.js";
import { renew, rotate } from "./rotate.js";
import type { Opened, RevisionRecord, Store } from "./store.js";
import type { Tail } from "./tail.js";

/** What a journal store is made with. */
export interface JournalOptions {
  /** The directory; made when it is not there. */
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Revisions may take this much, or as much as the document, before a new segment begins (bytes).
   */
  readonly maxSegmentBytes?: number;
  /** How many revisions a segment holds at most, as opening the store replays them. */
  readonly maxSegmentRevisions?: number;
  /** How many older segments are kept as history. */
  readonly keepSegments?: number;
  /** Whether `autosave.json` is written; asked for each document when it is a function. */
  readonly autosave?: boolean | ((document: Json) => boolean);
  /** The file system. */
  readonly files?: Files;
}

const MAX_SEGMENT_BYTES = 4 * 1024 * 1024;
const MAX_SEGMENT_REVISIONS = 4096;
const KEEP_SEGMENTS = 8;
/** After a rotation that failed, this many revisions come before the next attempt. */
const RETRY_AFTER_REVISIONS = 64;

/** A store in a directory. Nothing is touched before it is opened. */
export function createJournalStore(options: JournalOptions): Store {
  return new Journal(options);
}

/** An append that waits for the disk. */
interface Waiting {
  readonly records: readonly RevisionRecord[];
  readonly document: Json;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

/** What there is while the store is open. */
interface Live {
  readonly lock: DirectoryLock;
  readonly history: History;
  readonly autosave: Autosave;
  tail: Tail;
  document: Json;
  /** The last revision that was handed in, be it on disk or waiting. */
  queued: number;
  /** No rotation is tried before this revision. */
  rotateFrom: number;
}

class Journal implements Store {
  readonly #home: Home;
  #live: Live | undefined;
  #opening = false;
  #pending: Waiting[] = [];
  #draining: Promise<void> | undefined;

  constructor(private readonly options: JournalOptions) {
    // What did not change since the last time is not made into text again.
    const renderer = new Renderer();
    this.#home = homeAt(options.dir, {
      files: options.files ?? realFiles,
      clock: options.clock,
      log: options.log,
      pieces: (value, path) => renderer.pieces(value, path),
    });
  }

  async open(): Promise<Opened> {
    if (this.#live !== undefined || this.#opening)
      throw new StoreError("the store is open already");
    this.#opening = true;
    try {
      return await this.#open();
    } catch (cause) {
      throw notOpened(this.#home.directory, cause);
    } finally {
      this.#opening = false;
    }
  }

  async append(records: readonly RevisionRecord[], document: Json): Promise<void> {
    const live = this.#opened();
    if (records.length === 0) return;
    for (const [index, { number }] of records.entries()) {
      const expected = live.queued + index + 1;
      if (number !== expected) throw new StoreError(`expected revision ${expected}, got ${number}`);
    }
    live.queued += records.length;
    await new Promise<void>((resolve, reject) => {
      this.#pending.push({ records, document, resolve, reject });
      this.#draining ??= this.#drain(live);
    });
  }

  async read(number: number): Promise<RevisionRecord | undefined> {
    const live = this.#opened();
    return isRevision(number, live) ? live.history.read(number) : undefined;
  }

  async list(query: {
    readonly before?: number;
    readonly limit: number;
  }): Promise<RevisionRecord[]> {
    const live = this.#opened();
    const newest = Math.min(live.tail.last, Math.ceil(query.before ?? Infinity) - 1);
    return live.history.list(newest, query.limit);
  }

  async documentAt(number: number): Promise<Json | undefined> {
    const live = this.#opened();
    if (!isRevision(number, live)) return undefined;
    if (number === live.tail.last) return live.document;
    return live.history.documentAt(number);
  }

  async close(): Promise<void> {
    const live = this.#live;
    if (live === undefined) return;
    this.#live = undefined;
    await this.#draining;
    await live.autosave.flush();
    try {
      await live.history.close();
    } finally {
      await live.lock.release();
    }
  }

  async #open(): Promise<Opened> {
    await this.#home.files.makeDirectory(this.#home.directory);
    const lock = await lockDirectory(this.#home.directory);
    let tail: Tail | undefined;
    try {
      const stale = await this.#autosaveIsStale();
      const recovered = await recover(this.#home);
      const { document, reports } = recovered;
      tail = recovered.tail;
      const keep = this.options.keepSegments ?? KEEP_SEGMENTS;
      const history = await History.load(this.#home, keep, tail.segment);
      const autosave = new Autosave(this.#home, this.#wantsAutosave());
      const revision = tail.last;
      if (stale && revision > 0) autosave.changed(document);
      this.#live = { lock, history, autosave, tail, document, queued: revision, rotateFrom: 0 };
      return { document: revision > 0 ? document : undefined, revision, reports };
    } catch (cause) {
      await tail?.segment.close();
      await lock.release();
      throw cause;
    }
  }

  #opened(): Live {
    if (this.#live === undefined) throw new StoreError("the store is not open");
    return this.#live;
  }

  /** Write what waits, all of it at once, until nothing waits. */
  async #drain(live: Live): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#pending.splice(0);
      try {
        const records = batch.flatMap(({ records }) => records);
        const { pieces } = this.#home;
        const lines = records.map((record) => encodeRevision(record, pieces));
        const written = await Promise.all(lines);
        await this.#makeSureItIsThere(live);
        await live.tail.append(written);
      } catch (cause) {
        this.#refuse(live, batch, cause);
        continue;
      }
      live.document = (batch.at(-1) as Waiting).document;
      live.autosave.changed(live.document);
      for (const { resolve } of batch) resolve();
      await this.#rotateWhenDue(live);
    }
    // In the same turn as the loop's last look, or an append in between would wait for ever.
    this.#draining = undefined;
  }

  /** What is appended to a file that somebody removed would be on no disk. */
  async #makeSureItIsThere(live: Live): Promise<void> {
    const where = await live.tail.whereabouts();
    if (where === "in place") return;
    if (where === "replaced") {
      throw new Error("another file stands in its place; restart to go on with that one");
    }
    const { journal, log } = this.#home;
    live.tail = await renew(this.#home, live.tail, live.document);
    await live.history.add(live.tail.segment);
    log.warn(`${journal} is not there any more; it begins anew with the document as it is`, {
      revision: live.tail.last,
    });
  }

  /** What came after a revision that is not written builds on it, and cannot be written either. */
  #refuse(live: Live, batch: readonly Waiting[], cause: unknown): void {
    const why = `${this.#home.journal} could not be written: ${messageOf(cause)}`;
    const error = new StoreError(why, { cause });
    for (const { reject } of [...batch, ...this.#pending.splice(0)]) reject(error);
    live.queued = live.tail.last;
  }

  async #rotateWhenDue(live: Live): Promise<void> {
    const { tail } = live;
    const { maxSegmentBytes = MAX_SEGMENT_BYTES } = this.options;
    const { maxSegmentRevisions = MAX_SEGMENT_REVISIONS } = this.options;
    const heavy = tail.revisionBytes > Math.max(tail.documentBytes, maxSegmentBytes);
    const long = tail.last - tail.first >= maxSegmentRevisions;
    if ((!heavy && !long) || tail.last < live.rotateFrom) return;
    try {
      live.tail = await rotate(this.#home, tail, live.document);
      await live.history.add(live.tail.segment);
    } catch (cause) {
      live.rotateFrom = tail.last + RETRY_AFTER_REVISIONS;
      this.#home.log.warn("the journal goes on in the same file for now", { error: cause });
    }
  }

  #wantsAutosave(): (document: Json) => boolean {
    const { autosave = true } = this.options;
    return typeof autosave === "function" ? autosave : () => autosave;
  }

  /**
   * A snapshot older than the journal missed its last change; a newer one may be somebody's work.
   */
  async #autosaveIsStale(): Promise<boolean> {
    const { files, autosave, journal } = this.#home;
    const written = await files.modified(autosave).catch(() => -Infinity);
    return written <= (await files.modified(journal).catch(() => Infinity));
  }
}

/** Whether there ever was a revision with this number. */
function isRevision(number: number, live: Live): boolean {
  return Number.isSafeInteger(number) && number >= 1 && number <= live.tail.last;
}

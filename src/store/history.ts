// All segments of a store, and which of them holds a given revision. Old ones are dropped, oldest
// first, when there are more than are wanted.

import { setImmediate } from "node:timers/promises";
import type { Json } from "../document/index.js";
import { hasCode } from "../platform/index.js";
import { messageOf } from "./error.js";
import { type Home, historyPath, listHistory } from "./home.js";
import { decodeRevision } from "./record.js";
import { Replay } from "./replay.js";
import { Segment } from "./segment.js";
import type { RevisionRecord } from "./store.js";

/** Patches that are replayed before others get their turn. */
const REPLAY_AT_ONCE = 128;

/** The segments that revisions are read from. */
export class History {
  private constructor(
    private readonly home: Home,
    private readonly keep: number,
    /** Oldest first; the last one is the journal. */
    private readonly segments: Segment[],
  ) {}

  /** The segments in a directory, with the journal as the newest. */
  static async load(home: Home, keep: number, journal: Segment): Promise<History> {
    const numbers = (await listHistory(home)).filter((first) => first < journal.first);
    const old = numbers.map((first) =>
      Segment.unread(home.files, home.log, historyPath(home, first), first),
    );
    const history = new History(home, keep, old);
    await history.add(journal);
    return history;
  }

  /** A new journal: the one before it is history. */
  async add(journal: Segment): Promise<void> {
    this.segments.push(journal);
    const surplus = Math.max(0, this.segments.length - 1 - this.keep);
    for (const segment of this.segments.splice(0, surplus)) await this.#drop(segment);
  }

  /** One revision, or undefined when it is not kept. */
  async read(number: number): Promise<RevisionRecord | undefined> {
    return (await this.list(number, 1)).find((record) => record.number === number);
  }

  /** Revisions from `newest` down. */
  async list(newest: number, limit: number): Promise<RevisionRecord[]> {
    const found: RevisionRecord[] = [];
    for (const segment of this.segments.toReversed()) {
      if (found.length >= limit) break;
      if (segment.first >= newest) continue;
      const to = Math.min(newest, await this.#lastOf(segment)) - segment.first;
      const from = Math.max(1, to - (limit - found.length) + 1);
      const lines = await this.#linesOf(segment, from, to + 1);
      for (const line of lines.reverse()) found.push(decodeRevision(line));
    }
    return found;
  }

  /** The document as it was at a revision, or undefined when it is not kept. */
  async documentAt(number: number): Promise<Json | undefined> {
    const segment = this.segments.findLast(({ first }) => first <= number);
    if (segment === undefined || (await this.#lastOf(segment)) < number) return undefined;
    const [head, ...revisions] = await this.#linesOf(segment, 0, number - segment.first + 1);
    if (head === undefined) return undefined;
    const document = new Replay(head);
    for (const [index, line] of revisions.entries()) {
      if (index % REPLAY_AT_ONCE === REPLAY_AT_ONCE - 1) await setImmediate();
      document.apply(line);
    }
    return document.finish();
  }

  async #lastOf(segment: Segment): Promise<number> {
    return this.#unlessDropped(segment, segment.last(), segment.first);
  }

  async #linesOf(segment: Segment, from: number, to: number): Promise<Buffer[]> {
    if (!(to > from)) return [];
    return this.#unlessDropped(segment, segment.lines(from, to), []);
  }

  /** A segment that is dropped while it is read, or that somebody removed, is not kept. */
  #unlessDropped<T>(segment: Segment, reading: Promise<T>, otherwise: T): Promise<T> {
    return reading.catch((cause) => {
      if (this.segments.includes(segment) && !hasCode(cause, "ENOENT")) throw cause;
      return otherwise;
    });
  }

  /** Close all files. */
  async close(): Promise<void> {
    for (const segment of this.segments.splice(0)) await segment.close();
  }

  async #drop(segment: Segment): Promise<void> {
    try {
      await segment.close();
      if (!segment.nameless) await this.home.files.remove(segment.path);
    } catch (cause) {
      this.home.log.warn(`${segment.path} could not be removed`, { reason: messageOf(cause) });
    }
  }
}

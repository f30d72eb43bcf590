// What the control layer asks of persistence. A file journal is the standard one; the same contract
// can stand over memory, or a database.

import type { Json, Operation } from "../document/index.js";

/** One revision as it is written down. */
export interface RevisionRecord {
  /** Counts from 1; every applied change has the next number. */
  readonly number: number;
  /** When it was applied, milliseconds since 1970. */
  readonly time: number;
  /** Who asked for it (`X-Graft-Author`). */
  readonly author?: string;
  /** Why (`X-Graft-Reason`). */
  readonly reason?: string;
  /** By which way it came: `PATCH /config/…`, `load`, `watch`, `restore 12`. */
  readonly source: string;
  /** Turns the document before into the document after. */
  readonly patch: readonly Operation[];
}

/** What was found when a store was opened. */
export interface Opened {
  /** The last acknowledged document; undefined when there never was one. */
  readonly document: Json | undefined;
  /** Its number; 0 when there is none. */
  readonly revision: number;
  /** What had to be mended, such as a torn record that was cut off; for the log. */
  readonly reports: readonly string[];
}

/** Durable revisions. */
export interface Store {
  /** Lock and read. Throws a clear error when another process holds the store. */
  open(): Promise<Opened>;
  /**
   * Write revisions down. They are on disk when this resolves; when it rejects, none of them is, and
   * the store can be used again. `document` is the document after the last of them.
   */
  append(records: readonly RevisionRecord[], document: Json): Promise<void>;
  /** One revision, or undefined when it is not (or no longer) kept. */
  read(number: number): Promise<RevisionRecord | undefined>;
  /** Revisions, newest first, below `before`. */
  list(query: { readonly before?: number; readonly limit: number }): Promise<RevisionRecord[]>;
  /** The document as it was at a revision, or undefined when it is no longer kept. */
  documentAt(number: number): Promise<Json | undefined>;
  /** Finish background writing and unlock. */
  close(): Promise<void>;
}

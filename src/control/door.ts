// What the admin API, the dialects, the watcher and the library see of control.

import type { Json, Path } from "../document/index.js";
import type { RevisionRecord } from "../store/index.js";
import type { Change, ControlEvent, Outcome, Terms } from "./change.js";

/** The one door: reads of the living document, and every change to it. */
export interface Door {
  /** The document that is live. */
  readonly document: Json;
  /** Its revision. */
  readonly revision: number;

  /** Apply a change. Rejects with `PathError`, `PatchError`, `ConfigError`, `PreconditionFailed`, `Unavailable`. */
  change(change: Change): Promise<Outcome>;

  /** The value at a path: see `valueAt`. */
  get(path: Path): Json | undefined;
  /** The JSON text of the scope at `path`, in pieces that follow each other (cached). */
  render(path: Path): {
    readonly pieces: readonly Buffer[];
    readonly length: number;
    readonly etag: string;
  };
  /** The ETag of the scope at `path`: `"<path> <hash>"`, quotes included. */
  etag(path: Path): string;
  /** Where the object with this `@id` stands now. */
  pathOfId(id: string): Path | undefined;

  /** Revisions, newest first. */
  revisions(query: { before?: number; limit: number }): Promise<RevisionRecord[]>;
  /** One revision as it was written down. */
  readRevision(number: number): Promise<RevisionRecord | undefined>;
  /** The document as it was at a revision. */
  documentAt(number: number): Promise<Json | undefined>;
  /** Make the document what it was at a revision: an ordinary change. Rejects with `NotKept` when there is none. */
  restore(number: number, by: Terms): Promise<Outcome>;

  /** Hear of every change from now on. Events after `since` that are still kept come first. */
  subscribe(listener: (event: ControlEvent) => void, since?: number): () => void;
}

// The words of the one door: what goes in, and what comes out.

import type { Adapted, Json, Operation, Path } from "../document/index.js";

/** A condition on the document as it is when the change's turn comes (`If-Match`). */
export type Guard =
  /** The scope at `path` has this hash. */
  | { readonly path: Path; readonly hash: string }
  /** There is a value at `path` (`If-Match: *`), or there is none (`If-None-Match: *`). */
  | { readonly path: Path; readonly exists: boolean };

/** A change somebody asks for. */
export interface Change {
  /** Make the new document from the present one. Pure; throws `PathError` or `PatchError`. */
  readonly edit: (document: Json) => Json;
  /** The scope it addresses, whose ETag the outcome tells. */
  readonly path: Path;
  /** All must hold, at the moment the change is made. */
  readonly guards?: readonly Guard[];
  /** Provision everything anew although nothing changed (`Cache-Control: must-revalidate`). */
  readonly force?: boolean;
  /** Stop short of starting, and tell what would happen. */
  readonly dryRun?: boolean;
  /** By which way it came: `PATCH /config/apps`, `load`, `watch`, `restore 12`. */
  readonly source: string;
  readonly author?: string;
  readonly reason?: string;
  /** The text that the new document was adapted from, so that errors name its lines. */
  readonly adapted?: Adapted;
}

/** Who asks for a change, and on what conditions: all but the edit itself. */
export type Terms = Pick<Change, "guards" | "force" | "dryRun" | "author" | "reason">;

/** How long the steps of a change took (milliseconds). */
export interface Timings {
  readonly queued: number;
  readonly edit: number;
  readonly provision: number;
  readonly start: number;
  readonly journal: number;
  readonly swap: number;
}

/** An applied change. */
export interface Revision {
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly source: string;
  readonly author?: string;
  readonly reason?: string;
  /** Turns the document before into this one. */
  readonly patch: readonly Operation[];
  /** How many instances went on, and how many were built. */
  readonly reused: number;
  readonly rebuilt: number;
  readonly timings: Timings;
}

/** What became of a change. */
export interface Outcome {
  /** False when the document was equal already: nothing was done. */
  readonly changed: boolean;
  /** The revision that is live now. */
  readonly revision: number;
  /** The ETag of the addressed scope after the change. */
  readonly etag: string;
  /** For a dry run: what would change, and the paths of the modules that would be built. */
  readonly preview?: {
    readonly changes: readonly Operation[];
    readonly reprovision: readonly string[];
  };
}

/** What `GET /events` tells: every change, applied or refused. */
export type ControlEvent =
  | { readonly id: number; readonly type: "applied"; readonly revision: Revision }
  | {
      readonly id: number;
      readonly type: "refused";
      readonly time: number;
      /** The scope that the change addressed. */
      readonly path: Path;
      readonly source: string;
      readonly author?: string;
      readonly reason?: string;
      readonly error: string;
    };

/** An event before it has its number. */
export type NewEvent = WithoutId<ControlEvent>;
type WithoutId<E> = E extends unknown ? Omit<E, "id"> : never;

/** A guard that did not hold (412). */
export class PreconditionFailed extends Error {
  override readonly name = "PreconditionFailed";
}

/** The process is stopping, the queue of changes is full, or nothing can be kept (503). */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

/** A revision that never was, or is not kept any more (404). */
export class NotKept extends Error {
  override readonly name = "NotKept";
  constructor(number: number) {
    super(`revision ${number} does not exist, or is not kept any more`);
  }
}

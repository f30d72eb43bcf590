// What becomes of a change on its way through the door, together with those it is coalesced with.

import { ConfigError, childOf, type IdIndex, type Json, type Path } from "../document/index.js";
import { type Candidate, type Engine, StartError } from "../engine/index.js";
import type { RevisionRecord } from "../store/index.js";
import type { Change, NewEvent, Outcome, Timings } from "./change.js";
import type { Origin } from "./origins.js";

/** A change that waits for its turn. */
export interface Waiting {
  readonly change: Change;
  readonly since: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/** A change that passed, and waits to be made live together with its batch. */
export interface Step {
  readonly waiting: Waiting;
  readonly document: Json;
  readonly ids: IdIndex;
  readonly record: RevisionRecord;
  /** Whether the record is written down. */
  readonly kept: boolean;
  /** The document that the store holds after this. */
  readonly stored: Json;
  readonly candidate: Candidate;
  /** Where the document came from: its own text, or that of the steps before. */
  readonly origin: Origin | undefined;
  readonly timings: Pick<Timings, "queued" | "edit" | "provision">;
}

/** What the swap of a batch adds to each of its revisions. */
export interface Committed {
  readonly reused: number;
  readonly rebuilt: number;
  readonly timings: Pick<Timings, "start" | "journal" | "swap">;
}

/** A change of a batch, and what is to be said once the changes before it are live. */
export interface Taken {
  readonly waiting: Waiting;
  readonly step?: Step;
  readonly end: (committed: Committed) => void;
}

/** Nothing was to be made live. */
export const NOTHING_COMMITTED: Committed = {
  reused: 0,
  rebuilt: 0,
  timings: { start: 0, journal: 0, swap: 0 },
};

/** What a dry run tells of a change that would do nothing. */
export const NO_CHANGES: NonNullable<Outcome["preview"]> = { changes: [], reprovision: [] };

/** Start a candidate, or say in terms of the document why that cannot be. */
export async function startOrFail(engine: Engine, candidate: Candidate): Promise<void> {
  try {
    await engine.start(candidate);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    if (error.cause instanceof ConfigError) throw error.cause; // it knows the place better
    throw new ConfigError({ path: error.path, message: error.message });
  }
}

/** The revision that is live after a step. */
export function numberOf(step: Step | undefined): number | undefined {
  return step?.record.number;
}

/** Whether the document wants to be kept across restarts (`admin.config.persist`). */
export function persists(document: Json): boolean {
  const config = childOf(childOf(document, "admin"), "config");
  return childOf(config, "persist") !== false;
}

/** The record of a change, as it is written down. */
export function recordOf(
  { source, author, reason }: Pick<Change, "source" | "author" | "reason">,
  { number, time, patch }: Pick<RevisionRecord, "number" | "time" | "patch">,
): RevisionRecord {
  return {
    number,
    time,
    source,
    ...(author === undefined ? {} : { author }),
    ...(reason === undefined ? {} : { reason }),
    patch,
  };
}

/** What is told of a change that was not made. */
export function refusalOf(change: Change, error: unknown, time: number): NewEvent {
  const { path, source, author, reason } = change;
  return {
    type: "refused",
    time,
    path,
    source,
    ...(author === undefined ? {} : { author }),
    ...(reason === undefined ? {} : { reason }),
    error: error instanceof Error ? error.message : String(error),
  };
}

/** What stands at a path, or null where nothing does. */
export function valueOrNull(document: Json, path: Path): Json {
  let node: Json | undefined = document;
  for (const step of path) node = childOf(node, step);
  return node ?? null;
}

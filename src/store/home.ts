// Where things stand in a store's directory, and what every part of the store works with.

import { join } from "node:path";
import type { Clock, Files, Log } from "../platform/index.js";
import type { Pieces } from "./record.js";

/** A store's directory, and the world around it. */
export interface Home {
  readonly directory: string;
  /** The segment that is appended to. */
  readonly journal: string;
  /** The segment that will be it next, while it is being written. */
  readonly next: string;
  /** The directory of the segments before it. */
  readonly history: string;
  /** The readable snapshot. */
  readonly autosave: string;
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
  /** The JSON text of what stands at a path of the document. */
  readonly pieces: Pieces;
}

/** What a store's directory is made of. */
export function homeAt(
  directory: string,
  world: Pick<Home, "files" | "clock" | "log" | "pieces">,
): Home {
  return {
    directory,
    journal: join(directory, "journal.ndjson"),
    next: join(directory, "journal.next"),
    history: join(directory, "history"),
    autosave: join(directory, "autosave.json"),
    ...world,
  };
}

/** Where a segment goes when it is no longer appended to. */
export function historyPath(home: Home, first: number): string {
  return join(home.history, `${first}.ndjson`);
}

/** The first revisions of the segments in the history, oldest first. */
export async function listHistory(home: Home): Promise<number[]> {
  const names = await home.files.list(home.history);
  const numbers = names.map((name) => /^(0|[1-9][0-9]{0,15})\.ndjson$/.exec(name)?.[1]);
  return numbers
    .filter((text) => text !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

// Long work in the background, in slices: between two of them whoever waits for the process is served.

import { setImmediate } from "node:timers/promises";

/** How long a slice may take (milliseconds). */
const SLICE_MS = 2;

/** The same pieces; what makes them is interrupted whenever a slice is used up. */
export async function* paced<T>(pieces: Iterable<T>): AsyncGenerator<T, void, undefined> {
  let since = performance.now();
  for (const piece of pieces) {
    yield piece;
    if (performance.now() - since < SLICE_MS) continue;
    await setImmediate();
    since = performance.now();
  }
}

/** All pieces, made in slices. */
export async function gathered<T>(pieces: Iterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const piece of paced(pieces)) all.push(piece);
  return all;
}

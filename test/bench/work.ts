// What a piece of work is, and the turns that contenders take at it: whatever else the machine does
// meanwhile then hits all of them alike.

import { performance } from "node:perf_hooks";
import { type Contender, leave, type Place, type Running, start, takePlace } from "./contender.js";
import { documentOf, type Ports } from "./document.js";
import { type Figure, figure, type Row } from "./figures.js";

/** Turns that each contender gets, and how long one of them is filled with repetitions. */
const TURNS = 5;
const TURN_MS = 500;
/** A contender that has used up this much time gets no more turns. */
const PATIENCE_MS = 25_000;

/** What a piece of work is done with. */
export interface Bench {
  /** Graft, and Caddy where it is installed. */
  readonly contenders: readonly Contender[];
  /** Whether requests per second can be measured. */
  readonly wrk: boolean;
  /** Whether processes can be pinned to a CPU. */
  readonly taskset: boolean;
  /** Tell what is going on. */
  readonly say: (text: string) => void;
}

/** Something to measure. */
export interface Work {
  readonly name: string;
  readonly summary: string;
  /** Runs only when it is asked for by name. */
  readonly long?: boolean;
  run(bench: Bench): Promise<Row[]>;
}

/** What was measured, by name. */
export type Measured = Readonly<Record<string, Figure | undefined>>;

/** A row about what all contenders did. */
export function rowOf(measured: Measured, row: Omit<Row, "peer" | "graft">): Row {
  return { ...row, peer: measured.Caddy, graft: measured.Graft as Figure };
}

/** Let contenders take turns; `once` measures one time and says how much it was. */
export async function inTurns<T extends { readonly name: string }>(
  contenders: readonly T[],
  once: (contender: T) => Promise<number>,
  turns = TURNS,
  turnMs = TURN_MS,
): Promise<Measured> {
  const taken = contenders.map((contender) => ({ contender, samples: [] as number[], spent: 0 }));
  for (let turn = 0; turn < turns; turn++) {
    for (const entry of taken) {
      if (entry.spent > PATIENCE_MS) continue;
      const began = performance.now();
      do entry.samples.push(await once(entry.contender));
      while (performance.now() - began < turnMs);
      entry.spent += performance.now() - began;
    }
  }
  return Object.fromEntries(
    taken.map(({ contender, samples }) => [contender.name, figure(samples)]),
  );
}

/** Run something with every contender serving these sites, and stop them whatever happens. */
export async function withServers<T>(
  contenders: readonly Contender[],
  sites: readonly number[],
  use: (servers: readonly Running[]) => Promise<T>,
  cpu?: number,
): Promise<T> {
  const site = sites.at(-1) ?? 0;
  const servers: Running[] = [];
  const places: Place[] = [];
  try {
    for (const contender of contenders) {
      const place = await takePlace();
      places.push(place);
      const document = documentOf(sites, place.ports);
      const pinned = cpu === undefined ? {} : { cpu };
      servers.push(await start(contender, { place, document, site, ...pinned }));
    }
    return await use(servers);
  } finally {
    for (const server of servers) await server.stop();
    for (const place of places) await leave(place);
  }
}

/** Run something with one contender in a place of its own. */
export async function inPlace<T>(use: (place: Place, ports: Ports) => Promise<T>): Promise<T> {
  const place = await takePlace();
  try {
    return await use(place, place.ports);
  } finally {
    await leave(place);
  }
}

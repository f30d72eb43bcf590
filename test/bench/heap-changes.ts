// Makes 100,000 changes and prints what they left on the heap. Runs under `--expose-gc`; its
// argument is a directory for the journal.

import { setTimeout as sleep } from "node:timers/promises";
import { type Json, replace } from "../../src/document/index.js";
import { silentLog } from "../../src/engine/index.js";
import { createGraft, type Graft } from "../../src/graft.js";
import { realClock } from "../../src/platform/index.js";
import { createJournalStore } from "../../src/store/index.js";
import { documentOf, upTo } from "./document.js";
import type { HeapOutcome } from "./soak-heap.js";

const ROUTES = 10_000;
const CHANGES = 100_000;
/**
 * After this many the buffers that are bounded by number are full, and every site was changed once:
 * one that was takes 300 bytes more than one that was parsed.
 */
const WARM_UP = 10_000;
/** Changes that are on their way at the same time. */
const AT_A_TIME = 50;
/** How long what drains may take, and the snapshot on disk, until which its last version is kept. */
const SETTLE_MS = 3000;

async function main(dir: string): Promise<void> {
  const store = createJournalStore({ dir, clock: realClock, log: silentLog });
  // Nobody here may hold on to the first document: it would keep what the changes replace.
  const graft = await createGraft({ store, document: firstDocument() });
  await changes(graft, 0, WARM_UP);
  const before = await heapMb();
  const { units } = graft.inventory;
  await changes(graft, WARM_UP, WARM_UP + CHANGES);
  const after = await heapMb();
  const left: [number, number] = [units, graft.inventory.units];
  const outcome: HeapOutcome = { changes: CHANGES, beforeMb: before, afterMb: after, units: left };
  process.stdout.write(JSON.stringify(outcome));
  await graft.stop();
}

function firstDocument(): Json {
  return JSON.parse(documentOf(upTo(ROUTES), { admin: 0, http: 0 })) as Json;
}

async function changes(graft: Graft, from: number, to: number): Promise<void> {
  for (let count = from; count < to; count += AT_A_TIME) {
    const batch = Array.from({ length: AT_A_TIME }, (_, at) => changeOne(graft, count + at));
    await Promise.all(batch);
  }
}

function changeOne(graft: Graft, count: number): Promise<unknown> {
  const site = String((count * 7919) % ROUTES);
  const route = ["apps", "http", "servers", "web", "routes", site];
  const path = [...route, "handle", "0", "routes", "0", "handle", "1", "body"];
  return graft.change({ path, edit: (document) => replace(document, path, `Change ${count}.`) });
}

async function heapMb(): Promise<number> {
  await sleep(SETTLE_MS);
  for (let round = 0; round < 3; round++) globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

await main(process.argv[2] ?? "");

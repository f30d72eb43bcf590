// Changes a document many times and prints what is in use, and the heap after a collection, early
// and late. Run by `growth.test.ts` as a process of its own, with `--expose-gc`.

import { type Json, replace } from "../../src/document/index.js";
import { createGraft } from "../../src/graft.js";
import { createMemoryStore } from "../../src/store/index.js";

const ROUTES = 500;
const WARM = 3_000;
const CHANGES = 20_000;

const routes = Array.from({ length: ROUTES }, (_, i) => ({
  match: [{ host: [`site-${i}.test`] }],
  handle: [{ handler: "static_response", body: "0" }],
}));
const document = { apps: { http: { servers: { srv: { listen: ["127.0.0.1:0"], routes } } } } };
const graft = await createGraft({ document: document as Json, store: createMemoryStore(100) });

/** Change one route after the other, some of them by replacing them whole. */
async function change(from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    const route = ["apps", "http", "servers", "srv", "routes", String((i * 7) % ROUTES)];
    const whole = i % 3 === 0;
    const path = whole ? route : [...route, "handle", "0", "body"];
    const value = whole ? { ...routes[(i * 7) % ROUTES], group: `g${i}` } : String(i);
    await graft.change({ path, edit: (doc) => replace(doc, path, value as Json) });
  }
}

/** What is in use once everything that drains has drained. */
async function measured() {
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    globalThis.gc?.();
  }
  return { inventory: graft.inventory, heap: process.memoryUsage().heapUsed };
}

await change(0, WARM);
const early = await measured();
await change(WARM, WARM + CHANGES);
const late = await measured();
console.log(JSON.stringify({ early, late }));
await graft.stop();

// The worst bug this design can have is a wrong reuse. So a living engine is edited step by step,
// and after every step compared with one that has never seen anything but the document of that step.

import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ConfigError, childOf, isContainer, type Json } from "../../src/document/index.js";
import type { Engine } from "../../src/engine/index.js";
import { type Dice, edited, firstDocument, reloaded } from "./edits.js";
import { behaviour, kept, type Ledger, run, standing, type Toy, toyEngine } from "./toys.js";

const dice = fc.tuple(fc.nat(999), fc.nat(99), fc.nat(99), fc.nat(9999)) as fc.Arbitrary<Dice>;
const steps = (maxLength: number) => fc.array(dice, { minLength: 10, maxLength, size: "max" });

/** What a document behaves like, or why it cannot be served, when nothing was there before it. */
async function fresh(document: Json) {
  const { engine } = toyEngine();
  return attempt(engine, document, false);
}

async function attempt(engine: Engine, document: Json, force: boolean) {
  try {
    await run(engine, document, force);
    // What is kept goes when those have stopped who used it.
    await setImmediate();
    // First what is kept while all sleep.
    return { kept: kept(engine), behaviour: behaviour(engine) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { issues: error.issues.map(({ message }) => message).sort() };
  }
}

/** What stands in the tree, and what runs besides it because something there uses it. */
function expectBalance(engine: Engine, ledger: Ledger): void {
  const idle = [...standing(engine).keys()].filter((toy) => !ledger.running.has(toy));
  const odd = ledger.made.filter(
    (toy) => toy.started > 1 || toy.stopped !== (ledger.running.has(toy) ? 0 : toy.started),
  );
  expect([idle.length, odd.length]).toEqual([0, 0]);
}

/** Whether a node, with all that is in it, depends on nothing outside. */
function selfContained(node: Json): boolean {
  if (!isContainer(node)) return true;
  const toy = childOf(node, "toy");
  if (toy !== undefined && toy !== "say" && toy !== "nest") return false;
  return Object.values(node).every((child) => selfContained(child as Json));
}

/** The instances of nodes that depend on nothing outside. */
function contained(engine: Engine): Map<Json, Toy> {
  const found = new Map<Json, Toy>();
  for (const [toy, nodes] of standing(engine)) {
    for (const node of nodes) if (selfContained(node)) found.set(node, toy);
  }
  return found;
}

async function live(first: Json, edits: readonly Dice[]): Promise<void> {
  const { engine, ledger } = toyEngine();
  await run(engine, first);
  for (const step of edits) {
    const before = contained(engine);
    const old = engine.document;
    const force = step[0] > 990;
    let next = edited(old, step);
    if (step[1] % 7 === 0) next = reloaded(next);
    const result = await attempt(engine, next, force);
    expect(JSON.stringify(result, null, 1)).toBe(JSON.stringify(await fresh(next), null, 1));
    expect(engine.document).toBe("issues" in result ? old : next);
    expectBalance(engine, ledger);
    if ("issues" in result) continue;
    const both = [...contained(engine)].filter(([node]) => before.has(node));
    const wrong = both.filter(([node, toy]) => (before.get(node) === toy) === force);
    expect(wrong).toEqual([]);
  }
  await engine.stop(AbortSignal.abort());
  expect(ledger.running.size).toBe(0);
  expect(ledger.dozers.filter(({ stopped }) => stopped > 1)).toEqual([]);
  expect(ledger.bells.filter(({ closed }) => !closed)).toEqual([]);
  expect(engine.inventory).toEqual({ units: 0, shared: 0, draining: 0 });
}

describe("an engine that is edited step by step", () => {
  it("behaves like a fresh one after every step, and keeps what did not change", async () => {
    const property = fc.asyncProperty(steps(60), (edits) => live(firstDocument(3), edits));
    await fc.assert(property, { numRuns: 40 });
  }, 120_000);

  it("does so with lists that grow and shrink about the length from which they are spliced", async () => {
    const property = fc.asyncProperty(steps(40), (edits) => live(firstDocument(66), edits));
    await fc.assert(property, { numRuns: 8 });
  }, 120_000);
});

// Reconciling gives the new content made of the old objects.

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  equal,
  fingerprint,
  freeze,
  insert,
  isArray,
  isContainer,
  type Json,
  parseJson,
  reconcile,
  remove,
  replace,
} from "../../src/document/index.js";
import { contentOf, edited, edits, reparsed, value } from "./arbitrary.js";

describe("reconciling any new document with an old one", () => {
  const history = fc.tuple(value, fc.array(edits(), { maxLength: 8 }));

  it("gives the new content, and touches neither document", () => {
    fc.assert(
      fc.property(history, value, ([old, steps], other) => {
        for (const next of [reparsed(steps.reduce(edited, old)), other]) {
          const before = contentOf(old);
          const wanted = contentOf(next);
          expect(contentOf(reconcile(old, next))).toBe(wanted);
          expect(contentOf(next)).toBe(wanted);
          expect(contentOf(old)).toBe(before);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("gives the old one when they are equal, whatever the order of keys", () => {
    fc.assert(
      fc.property(value, (old) => {
        expect(reconcile(old, reparsed(old))).toBe(old);
        expect(reconcile(old, backwards(old))).toBe(old);
      }),
    );
  });

  it("uses each element of an old array once, and each that is needed", () => {
    const list = fc.array(value, { maxLength: 12 });
    fc.assert(
      fc.property(list, list, fc.array(fc.nat(11)), (elements, fresh, picks) => {
        const old = freeze(reparsed(elements)) as readonly Json[];
        const picked = picks.map((pick) => elements[pick] ?? fresh[pick] ?? null);
        const made = reconcile(old, reparsed(picked)) as readonly Json[];
        const used = made.filter((element) => isContainer(element) && old.includes(element));
        expect(new Set(used).size).toBe(used.length);
        for (const text of new Set(old.filter(isContainer).map(contentOf))) {
          const count = (nodes: readonly Json[]) =>
            nodes.filter((node) => isContainer(node) && contentOf(node) === text).length;
          const ofOld = used.filter((node) => contentOf(node) === text).length;
          expect(ofOld).toBe(Math.min(count(old), count(made)));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("reconciling an edited document", () => {
  it("is no work: every array that an edit made stays as it is", () => {
    const old = parseJson(`{"a":[${Array.from({ length: 3000 }, (_, i) => `{"i":${i}}`)}]}`);
    const next = replace(old, ["a", "1500", "i"], "x");
    expect(reconcile(old, next)).toBe(next);
    expect(reconcile(old, insert(old, ["a", "7"], 1))).toEqual(insert(old, ["a", "7"], 1));
  });

  it("undoes an edit that changed nothing but identity", () => {
    const old = parseJson('{"a":[{"b":1},{"c":2}]}');
    expect(reconcile(old, replace(old, ["a", "0"], parseJson('{"b":1}')))).toBe(old);
  });
});

describe("reconciling a long array", () => {
  const withIds = freeze(Array.from({ length: 2000 }, (_, i) => ({ "@id": `r${i}`, to: [i] })));
  const without = freeze(Array.from({ length: 2000 }, (_, i) => ({ host: `s${i}`, to: [i] })));

  it.each([
    ["with ids", withIds as readonly Json[]],
    ["without ids", without as readonly Json[]],
  ])("finds every moved element again, %s", (_name, old) => {
    const order = [...old.slice(1900), ...old.slice(10, 1900).reverse(), ...old.slice(0, 10)];
    const made = reconcile(old, reparsed(order)) as readonly Json[];
    expect(made.every((element, i) => element === order[i])).toBe(true);
  });

  it.each([
    ["with ids", withIds],
    ["without ids", without],
  ])("keeps all but the elements that changed, and of those what did not, %s", (_name, old) => {
    const changes = ["3", "500", "1999"];
    const next = changes.reduce((now, at) => replace(now, [at, "new"], 1), withNew(old, changes));
    const made = reconcile(old, reparsed(next)) as readonly { to: Json }[];
    const before = old as unknown as readonly { to: Json }[];
    expect(made.filter((element, i) => element !== before[i])).toHaveLength(3);
    expect(made[500]?.to).toBe(before[500]?.to);
  });

  it("follows an id through a move and a change", () => {
    const old = withIds as unknown as readonly { to: Json }[];
    const changed = { ...old[1000], extra: true } as unknown as Json;
    const next = insert(remove(withIds, ["1000"]), ["0"], changed);
    const made = reconcile(withIds, reparsed(next)) as unknown as readonly { to: Json }[];
    expect(made[0]?.to).toBe(old[1000]?.to);
    expect(made[1000]).toBe(old[999]);
  });

  it("is not slowed down by very many equal elements", () => {
    const repeat = (part: string) => parseJson(`[${new Array(20_000).fill(part).join()}]`);
    expect(contentOf(reconcile(repeat("1,1,2"), repeat("1,1,1")))).toBe(contentOf(repeat("1,1,1")));
  });

  function withNew(old: Json, at: readonly string[]): Json {
    return at.reduce((now, step) => insert(now, [step, "new"], 0), old);
  }
});

describe("equality and fingerprints", () => {
  it("depend on content, and not on the order of keys", () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(equal(a, b)).toBe(contentOf(a) === contentOf(b));
        expect(equal(a, backwards(a))).toBe(true);
        expect(fingerprint(a)).toBe(fingerprint(backwards(a)));
      }),
    );
  });

  it("tell an object that lacks a key from one whose prototype has it", () => {
    expect(equal(parseJson('{"toString":1}'), parseJson('{"x":1}'))).toBe(false);
    expect(equal(parseJson('{"__proto__":{}}'), parseJson('{"x":{}}'))).toBe(false);
    expect(equal(parseJson("[]"), parseJson("{}"))).toBe(false);
  });
});

/** The same content with the keys of every object the other way round. */
function backwards(node: Json): Json {
  if (isArray(node)) return freeze(node.map(backwards));
  if (!isContainer(node)) return node;
  const entries = Object.entries(node).map(([key, child]) => [key, backwards(child)] as const);
  return freeze(Object.fromEntries(entries.reverse()));
}

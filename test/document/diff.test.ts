// A diff is right when it turns the one document into the other, and good when it is small.

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  applyPatch,
  diff,
  freeze,
  insert,
  type Json,
  type Operation,
  reconcile,
  remove,
  replace,
  touches,
} from "../../src/document/index.js";
import { contentOf, edited, edits, reparsed, scalar, value } from "./arbitrary.js";

function expectRight(before: Json, after: Json): readonly Operation[] {
  const patch = diff(before, after);
  expect(contentOf(applyPatch(before, patch))).toBe(contentOf(after));
  return patch;
}

describe("the diff of two documents", () => {
  it("turns any one into any other", () => {
    fc.assert(
      fc.property(value, value, (a, b) => void expectRight(a, b)),
      { numRuns: 300 },
    );
  });

  it("turns a document into what random edits and moves made of it", () => {
    fc.assert(
      fc.property(value, fc.array(edits(), { maxLength: 12 }), (before, steps) => {
        const after = steps.reduce(edited, before);
        expectRight(before, after);
        expectRight(before, reconcile(before, reparsed(after)));
        expectRight(after, before);
      }),
      { numRuns: 300 },
    );
  });

  it("turns any list of scalars, many of them twice, into any other", () => {
    const list = fc.array(scalar, { maxLength: 200, size: "max" }).map(freeze);
    fc.assert(
      fc.property(list, list, (a, b) => void expectRight(a, b)),
      { numRuns: 100 },
    );
  });

  it("is empty when nothing changed", () => {
    fc.assert(fc.property(value, (document) => expect(diff(document, document)).toEqual([])));
  });
});

describe("the diff of ten thousand routes", () => {
  const routes = freeze(Array.from({ length: 10_000 }, (_, i) => ({ host: `s${i}`, to: [i] })));

  it("is one replacement when one string changed", () => {
    const after = replace(routes, ["7000", "host"], "new");
    expect(expectRight(routes, after)).toEqual([
      { op: "replace", path: "/7000/host", value: "new" },
    ]);
  });

  it("is a removal and an addition when one route moved to the front", () => {
    const moved = (routes as Json[])[9000] as Json;
    const after = insert(remove(routes, ["9000"]), ["0"], moved);
    expect(expectRight(routes, after)).toEqual([
      { op: "add", path: "/0", value: moved },
      { op: "remove", path: "/9001" },
    ]);
    expect(expectRight(routes, reconcile(routes, reparsed(after)))).toHaveLength(2);
  });

  it("holds no more than what changed when routes went, came and changed all over it", () => {
    let after = routes;
    for (let i = 0; i < 30; i++) {
      after = remove(after, [String(i * 100)]);
      after = insert(after, [String(i * 200 + 7)], { host: `new ${i}` });
      after = replace(after, [String(i * 300 + 90), "to", "0"], "x");
    }
    expect(expectRight(routes, after).length).toBeLessThanOrEqual(120);
  });

  it("replaces the list when most of it is new, though something of it stays", () => {
    const few = routes as readonly Json[];
    const many = freeze([...few, ...few.map((_, i) => ({ other: i })), { last: true }]);
    expect(expectRight(routes, many)).toEqual([{ op: "replace", path: "", value: many }]);
  });

  it("replaces the list when nothing of it is left", () => {
    const after = freeze(Array.from({ length: 10_000 }, (_, i) => ({ other: i })));
    expect(expectRight(routes, after)).toEqual([{ op: "replace", path: "", value: after }]);
  });
});

describe("an operation", () => {
  it.each<[string, string[], boolean]>([
    ["/a/b", ["a", "b"], true],
    ["/a/b", ["a"], true],
    ["/a", ["a", "b"], true],
    ["", ["a"], true],
    ["/a", [], true],
    ["/ab", ["a"], false],
    ["/a/0", ["a", "00"], false],
  ])("at %s touches %j: %s", (path, scope, wanted) => {
    expect(touches({ op: "remove", path }, scope)).toBe(wanted);
    expect(touches({ op: "move", path: "/zzz", from: path }, scope)).toBe(wanted);
  });
});

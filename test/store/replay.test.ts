// Replaying in place against `applyPatch`, which is the definition.

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { applyPatch, freeze, type Json, type Operation } from "../../src/document/index.js";
import { encodeDocument, encodeRevision } from "../../src/store/record.js";
import { Replay } from "../../src/store/replay.js";
import { revision } from "./support.js";

function replayed(document: Json, patches: readonly (readonly Operation[])[]): Json {
  const head = Buffer.concat(encodeDocument(0, 0, [Buffer.from(JSON.stringify(document))]));
  const replay = new Replay(head);
  for (const patch of patches) replay.apply(encodeRevision(revision(1, patch)));
  return replay.finish();
}

const step = fc.constantFrom("a", "b", "__proto__", "constructor", "", "0", "1", "2", "-");
const pointer = fc.array(step, { maxLength: 3 }).map((steps) => steps.map((s) => `/${s}`).join(""));
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<Json>(null, 1, "x"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "__proto__", ""), tie("value"), { maxKeys: 3 }),
  ),
}));
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ op: fc.constantFrom("add", "replace"), path: pointer, value }),
  fc.record({ op: fc.constant("remove"), path: pointer }),
  fc.record({ op: fc.constantFrom("move", "copy"), from: pointer, path: pointer }),
) as fc.Arbitrary<Operation>;

describe("replaying in place", () => {
  it("gives what applyPatch gives, for every patch that applies", () =>
    fc.assert(
      fc.property(value, fc.array(operation, { maxLength: 12 }), (start, operations) => {
        let document = freeze(JSON.parse(JSON.stringify(start)));
        const applied: Operation[][] = [];
        for (const one of operations) {
          try {
            document = applyPatch(document, [one]);
            applied.push([one]);
          } catch {
            // such a patch never becomes a revision
          }
        }
        expect(JSON.stringify(replayed(start, applied))).toBe(JSON.stringify(document));
      }),
      { numRuns: 1000 },
    ));

  it("refuses what has no place to go", () => {
    const patch = (path: string): Operation[] => [{ op: "replace", path, value: 1 }];
    expect(() => replayed({ a: [1] }, [patch("/b")])).toThrow("/b: does not exist");
    expect(() => replayed({ a: [1] }, [patch("/a/1")])).toThrow("/a/1: does not exist");
    expect(() => replayed({ a: [1] }, [patch("/toString/x")])).toThrow("does not exist");
  });

  it("shares nothing between a copy and its original", () => {
    const patches: Operation[][] = [
      [{ op: "copy", from: "/a", path: "/b" }],
      [{ op: "add", path: "/b/x", value: 1 }],
    ];
    expect(replayed({ a: {} }, patches)).toEqual({ a: {}, b: { x: 1 } });
  });
});

// Replaying in place against `applyPatch`, which is the definition.

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  applyPatch,
  freeze,
  type Json,
  type Operation,
  type Path,
  Renderer,
} from "../../src/document/index.js";
import { encodeDocument, encodeRevision } from "../../src/store/record.js";
import { Replay } from "../../src/store/replay.js";
import { revision } from "./support.js";

const renderer = new Renderer();
const pieces = (value: Json, path: Path) => renderer.pieces(value, path);

async function replayed(document: Json, patches: readonly (readonly Operation[])[]): Promise<Json> {
  const replay = new Replay(await encodeDocument(0, 0, pieces(document, [])));
  for (const patch of patches) replay.apply(await encodeRevision(revision(1, patch), pieces));
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
      fc.asyncProperty(value, fc.array(operation, { maxLength: 12 }), async (start, operations) => {
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
        expect(JSON.stringify(await replayed(start, applied))).toBe(JSON.stringify(document));
      }),
      { numRuns: 1000 },
    ));

  it("refuses what has no place to go", async () => {
    const patch = (path: string): Operation[] => [{ op: "replace", path, value: 1 }];
    await expect(replayed({ a: [1] }, [patch("/b")])).rejects.toThrow("/b: does not exist");
    await expect(replayed({ a: [1] }, [patch("/a/1")])).rejects.toThrow("/a/1: does not exist");
    await expect(replayed({ a: [1] }, [patch("/toString/x")])).rejects.toThrow("does not exist");
  });

  it("shares nothing between a copy and its original", async () => {
    const patches: Operation[][] = [
      [{ op: "copy", from: "/a", path: "/b" }],
      [{ op: "add", path: "/b/x", value: 1 }],
    ];
    expect(await replayed({ a: {} }, patches)).toEqual({ a: {}, b: { x: 1 } });
  });
});

// What stays in the document may not keep the text that it was cut out of.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import { ownText } from "../../src/document/index.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function heapMb(): number {
  collect();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

/** Pieces, each cut out of a text of a megabyte of its own. */
function pieces(own: (text: string) => string): string[] {
  const words = (version: number) => `version ${version} `.repeat(80_000);
  return Array.from({ length: 60 }, (_, i) => own(words(i).slice(100, 140)));
}

describe("a text of its own", () => {
  it("is the same text", () => {
    for (const text of [
      "",
      "short",
      "as long as a piece that V8 cuts out",
      "münchen \u{1f600} ".repeat(9),
    ]) {
      expect(ownText(text)).toBe(text);
    }
  });

  it("does not keep the text that it was a piece of", () => {
    const before = heapMb();
    const kept = pieces((text) => text);
    const cut = heapMb() - before;
    const own = pieces(ownText);
    const owned = heapMb() - before - cut;
    expect(kept.length + own.length).toBe(120);
    expect(owned).toBeLessThan(cut / 10);
  });
});

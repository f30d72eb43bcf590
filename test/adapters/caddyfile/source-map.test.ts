import { describe, expect, it } from "@jest/globals";
import { SourceMap } from "../../../adapters/caddyfile/source-map.js";
import type { Token } from "../../../adapters/caddyfile/syntax/token.js";
import { tokensOf } from "./support.js";

const [a, b, c] = tokensOf("a\nb\n c") as [Token, Token, Token];

describe("a source map", () => {
  it("tells the place of the nearest marked object on the path", () => {
    const map = new SourceMap();
    const leaf = map.mark({ deep: { deeper: 1 } }, c);
    const document = map.mark({ list: [{ x: 1 }, leaf], other: map.mark({ y: null }, b) }, a);
    const placeOf = (...path: string[]) => map.placeOf(document, path);

    expect(placeOf()).toEqual({ file: "Caddyfile", line: 1, column: 1 });
    expect(placeOf("list", "0", "x")?.line).toBe(1);
    expect(placeOf("list", "1", "deep", "deeper", "beyond")).toMatchObject({ line: 3, column: 2 });
    expect(placeOf("other", "y")?.line).toBe(2);
    expect(placeOf("nowhere", "at", "all")?.line).toBe(1);
    expect(placeOf("toString")?.line).toBe(1);
  });

  it("knows no place of a document that was never marked", () => {
    expect(new SourceMap().placeOf({ a: 1 }, ["a"])).toBeUndefined();
    expect(new SourceMap().placeOf("text", [])).toBeUndefined();
  });

  it("keeps the first mark when asked to, and carries marks to what is made anew", () => {
    const map = new SourceMap();
    const made = map.markOnce(map.mark({}, a), b);
    expect(map.tokenOf(made)).toBe(a);
    expect(map.tokenOf(map.carry({}, made))).toBe(a);
    expect(map.tokenOf(map.carry({}, {}))).toBeUndefined();
    expect(map.tokenOf(map.markOnce({}, b))).toBe(b);
  });
});

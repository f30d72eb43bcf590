// From text to document: what is read, what is refused, and where the error is.

import { describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import {
  canonicalText,
  diff,
  equal,
  fingerprint,
  freeze,
  IdIndex,
  type Json,
  lineAndColumn,
  MAX_DEPTH,
  mergePatch,
  nestsWithin,
  ParseError,
  parseJson,
  Renderer,
  reconcile,
} from "../../src/document/index.js";
import { value } from "./arbitrary.js";

function refusal(text: string): ParseError {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
  throw new Error(`${text} was read`);
}

describe("reading JSON", () => {
  it("gives what JSON.parse gives, frozen", () => {
    fc.assert(
      fc.property(value, (wanted) => {
        const text = JSON.stringify(wanted);
        expect(JSON.stringify(parseJson(text))).toBe(text);
        expect(Object.isFrozen(parseJson(text))).toBe(true);
      }),
    );
  });

  it("takes __proto__ for a key and leaves every prototype alone", () => {
    const document = parseJson('{"__proto__":{"polluted":true}}');
    expect(Object.keys(document as object)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(document)).toBe(Object.prototype);
  });
});

describe("text that is not JSON", () => {
  it.each([
    ["", 1, 1],
    ["{", 1, 2],
    ['{"a":}', 1, 6],
    ['{"a":1,}', 1, 8],
    ["[1,\n2,\n]", 3, 1],
    ["[1 2]", 1, 4],
    ["[1,,2]", 1, 4],
    ["{a:1}", 1, 2],
    ['{"a" 1}', 1, 6],
    ['{\n  "a": [\n    tru\n]}', 3, 5],
    ['{\n  "a": yes}', 2, 8],
    ["[1]x", 1, 4],
    ["[1]]", 1, 4],
    ["[}", 1, 2],
    ["{]", 1, 2],
    ['"a\\x"', 1, 4],
    ['"a\nb"', 1, 3],
    ["01", 1, 2],
    ["-", 1, 2],
    ["\ufeff{}", 1, 1],
    ["// no\n{}", 1, 1],
    [`[${'{"at position 1":"\\"[{,:"},\r\n'.repeat(50)}]`, 51, 1],
  ])("is refused with its place: %j", (text, line, column) => {
    expect(refusal(text).place).toEqual({ line, column });
  });

  it("is refused with a reason that does not repeat the text", () => {
    expect(refusal('{"a":}').message).toBe("1:6: Unexpected token '}'");
    expect(refusal("[1]x").reason).toBe("Unexpected non-whitespace character");
    expect(refusal("[").reason).toMatch(/end of JSON/);
  });

  it("is found wherever a token of a valid text is lost or doubled", () => {
    fc.assert(
      fc.property(
        value,
        fc.nat(),
        fc.constantFrom("", ",", ":", "}", "]", "x"),
        (node, at, put) => {
          const text = JSON.stringify(node, null, 1);
          const offset = at % text.length;
          const rest = text.slice(put === "" ? offset + 1 : offset);
          const broken = text.slice(0, offset) + put + rest;
          try {
            JSON.parse(broken);
          } catch {
            const { line = 0, column = 0 } = refusal(broken).place;
            const lines = broken.split("\n");
            const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
            const before = broken.slice(0, start + column - 1);
            expect(start + column - 1).toBeLessThanOrEqual(broken.length);
            expect(canBeContinued(before)).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  /** Whether what stands before the fault was in order: a parser wants only more of it. */
  function canBeContinued(text: string): boolean {
    try {
      JSON.parse(text);
      return true;
    } catch (error) {
      const at = /at position (\d+)/.exec(String(error));
      return /end of JSON|Unterminated/.test(String(error)) || Number(at?.[1]) >= text.length;
    }
  }
});

describe("a number that no double can hold", () => {
  it.each(["1e400", "[1,-1e999]"])("%s is refused with its place", (text) => {
    expect(refusal(text).reason).toBe("a number is out of range");
    expect(refusal(text).place).toEqual({
      line: 1,
      column: text.indexOf("e") - (text[1] === "e" ? 0 : 1),
    });
  });

  it("is refused also in a value that was not read from text", () => {
    expect(() => freeze([Number.POSITIVE_INFINITY])).toThrow(ParseError);
    expect(() => freeze({ a: Number.NaN })).toThrow(ParseError);
  });
});

describe("a line and a column", () => {
  it.each([
    ["", 0, 1, 1],
    ["ab", 1, 1, 2],
    ["a\nb", 1, 1, 2],
    ["a\nb", 2, 2, 1],
    ["a\r\nb", 3, 2, 1],
    ["a\n", 99, 2, 1],
  ])("of %j at %i are %i and %i", (text, offset, line, column) => {
    expect(lineAndColumn(text, offset)).toEqual({ line, column });
  });
});

describe("nesting", () => {
  const arrays = (levels: number, inner = "") => "[".repeat(levels) + inner + "]".repeat(levels);
  const objects = (levels: number, inner = "1") =>
    '{"a":'.repeat(levels) + inner + "}".repeat(levels);

  it.each([arrays, objects])(
    "is read up to the limit and refused beyond it, with its place",
    (nest) => {
      expect(() => parseJson(nest(MAX_DEPTH))).not.toThrow();
      const { reason, place } = refusal(nest(MAX_DEPTH + 1));
      expect(reason).toBe(`nested deeper than ${MAX_DEPTH} levels`);
      expect(place.column).toBe(nest(MAX_DEPTH).search(/[\]1]/) + 1);
    },
  );

  it("beyond all measure is refused, and no stack is exhausted", () => {
    expect(refusal(arrays(300_000)).reason).toMatch(/nested deeper/);
    expect(refusal("[".repeat(300_000))).toBeInstanceOf(ParseError);
  });

  it("is not read further than the fault, whatever follows", () => {
    const parse = jest.spyOn(JSON, "parse");
    const { reason, place } = refusal(`\n${"[".repeat(3_000_000)}`);
    const read = parse.mock.calls.map(([text]) => text.length);
    parse.mockRestore();
    expect(reason).toBe(`nested deeper than ${MAX_DEPTH} levels`);
    expect([place, read]).toEqual([{ line: 2, column: MAX_DEPTH + 1 }, [MAX_DEPTH + 1]]);
  });

  it.each([
    ["a fault that comes first", `[1,,${arrays(MAX_DEPTH + 1)}]`, "Unexpected token ','", 4],
    ["a lost value", `{"a":}${arrays(MAX_DEPTH + 1)}`, "Unexpected token '}'", 6],
    ["an object", `[${objects(MAX_DEPTH)}]`, `nested deeper than ${MAX_DEPTH} levels`, 4997],
    ["brackets in strings", `["${"[".repeat(2000)}\\"[", 1`, "Expected", 2010],
  ])("is told from %s", (_name, text, wanted, column) => {
    const { reason, place } = refusal(text);
    expect([reason.slice(0, wanted.length), place.column]).toEqual([wanted, column]);
  });

  it("is counted in levels", () => {
    expect(nestsWithin(1, 0)).toBe(true);
    expect(nestsWithin([], 0)).toBe(false);
    expect(nestsWithin([[], {}], 2)).toBe(true);
    expect(nestsWithin([[], { a: [] }], 2)).toBe(false);
  });

  const wide = JSON.stringify(Array.from({ length: 600 }, (_, i) => ({ "@id": i, x: [i] })));
  it.each([
    ["arrays", arrays(MAX_DEPTH - 3, wide), arrays(MAX_DEPTH - 3, wide.replace("[0]", "[1]"))],
    ["objects", objects(MAX_DEPTH - 3, wide), objects(MAX_DEPTH - 3, wide.replace("[0]", "[1]"))],
  ])("at the limit overflows nothing: %s", (_name, before, after) => {
    const [old, again, next] = [parseJson(before), parseJson(before), parseJson(after)];
    expect(equal(old, again)).toBe(true);
    expect(equal(old, next)).toBe(false);
    expect(reconcile(old, again)).toBe(old);
    const made = reconcile(old, next);
    expect(diff(old, made)).toHaveLength(1);
    expect(IdIndex.of(old).advance(made).find("599")).toHaveLength(MAX_DEPTH - 2);
    expect(canonicalText(old)).not.toBe(canonicalText(made));
    expect(fingerprint(old)).toBe(fingerprint(again));
    expect(mergePatch(old, next)).toEqual(next);
    expectRendered(old);
    expectRendered(made);
  });

  function expectRendered(node: Json): void {
    const renderer = new Renderer();
    const text = Buffer.concat(renderer.render(node, []).pieces).toString();
    expect(text).toBe(JSON.stringify(node));
    expect(renderer.hash(node, [])).toBe(new Renderer().hash(parseJson(text), []));
  }
});

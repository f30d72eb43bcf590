import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import JSON5 from "json5";
import { json5 } from "../../../adapters/json5/index.js";
import { type Json, type JsonObject, ParseError } from "../../../src/document/index.js";

const adapt = (text: string) => json5.adapt(text, { file: "app.json5" });

function refusal(text: string): ParseError {
  try {
    adapt(text);
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

describe("the json5 adapter", () => {
  it("reads comments, bare keys, single quotes, trailing commas and hexadecimal numbers", () => {
    expect(adapt("// c\n{a: 'b', /* d */ n: [0x10, +1, .5,],}").document).toEqual({
      a: "b",
      n: [16, 1, 0.5],
    });
  });

  it("freezes what it reads", () => {
    const document = adapt("{a: {b: [1]}}").document as { a: { b: Json } };
    expect([document, document.a, document.a.b].every(Object.isFrozen)).toBe(true);
  });

  it("takes __proto__ for an ordinary key", () => {
    const document = adapt("{__proto__: {x: 1}}").document as { x?: number };
    expect(Object.keys(document)).toEqual(["__proto__"]);
    expect(document.x).toBeUndefined();
  });

  it.each([
    ["{\n  a: 1,\n  b: ]\n}", "invalid character ']'", 3, 6],
    ["{\n  a: 1,\n", "invalid end of input", 3, 1],
    ["", "invalid end of input", 1, 1],
    ["{a: 1,\n b: [2, -Infinity]}", "Infinity and NaN", 2, 9],
    ["{a: NaN}", "Infinity and NaN", 1, 2],
    ["[1e999]", "Infinity and NaN", 1, 2],
  ])("refuses %j and says where", (text, reason, line, column) => {
    const error = refusal(text);
    expect(error.reason).toContain(reason);
    expect(error.place).toEqual({ file: "app.json5", line, column });
    expect(error.message).toContain(`app.json5:${line}:${column}: `);
  });

  it("refuses a text that nests a hundred thousand deep, closed or not", () => {
    const open = "[".repeat(100_000);
    expect(refusal(open).reason).toContain("end of input");
    expect(refusal(open + "]".repeat(100_000)).reason).toContain("nested deeper");
  });

  it("tells where a value was written, and for one that was not, its nearest parent", () => {
    const text =
      "// {x: 1}\n{\n  'a b': [\n    'it\\'s',\n    {c: /* d */ 'e,}]'},\n  ],\n  \\u0066: 1\n}";
    const { placeOf } = adapt(text);
    const at = (...path: string[]) => {
      const place = placeOf?.(path);
      return `${place?.line}:${place?.column}`;
    };
    expect(at("a b")).toBe("3:3");
    expect(at("a b", "0")).toBe("4:5");
    expect(at("a b", "1", "c")).toBe("5:6");
    expect(at("a b", "1", "missing", "deeper")).toBe("5:5");
    expect(at("f")).toBe("7:3");
    expect(at()).toBe("2:1");
  });

  it("finds every value of any document at the place where its text begins", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom("", "  "), (value, indent) => {
        const text = JSON5.stringify(value, { space: indent });
        const { document, placeOf } = adapt(text);
        const lines = text.split("\n");
        for (const path of pathsOf(document)) {
          const place = placeOf?.(path);
          const rest = (lines[(place?.line ?? 0) - 1] ?? "").slice((place?.column ?? 0) - 1);
          expect(rest.length).toBeGreaterThan(0);
          expect(",]}:").not.toContain(rest[0]);
        }
      }),
      { numRuns: 100 },
    );
  });
});

function* pathsOf(node: Json, path: readonly string[] = []): Generator<readonly string[]> {
  yield path;
  if (typeof node !== "object" || node === null) return;
  for (const key of Object.keys(node))
    yield* pathsOf((node as JsonObject)[key] as Json, [...path, key]);
}

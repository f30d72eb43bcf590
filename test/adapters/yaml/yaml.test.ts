import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { stringify } from "yaml";
import { yaml } from "../../../adapters/yaml/index.js";
import { type Json, ParseError } from "../../../src/document/index.js";

const adapt = (text: string) => yaml.adapt(text, { file: "app.yaml" });
const asWritten = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const documentOf = (text: string) => adapt(text).document;

function refusal(text: string): ParseError {
  try {
    adapt(text);
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

describe("the yaml adapter", () => {
  it("reads any JSON document that was written as YAML back", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // The package writes a key `<<` without quotes, and so it means a merge.
        fc.pre(!JSON.stringify(value).includes('"<<":'));
        // Compared as JSON writes it: -0 and 0 are one number there.
        expect(asWritten(documentOf(stringify(value)))).toEqual(asWritten(value));
      }),
      { numRuns: 200 },
    );
  });

  it("freezes what it reads", () => {
    const document = documentOf("a:\n  b: [1]\n") as { a: { b: Json } };
    expect([document, document.a, document.a.b].every(Object.isFrozen)).toBe(true);
  });

  it("keeps dates, yes and no as strings, even in a text that says it is YAML 1.1", () => {
    expect(documentOf("%YAML 1.1\n---\nday: 2001-01-01\nok: yes\n")).toEqual({
      day: "2001-01-01",
      ok: "yes",
    });
  });

  it("turns numeric and boolean keys into text", () => {
    expect(documentOf("8080: a\ntrue: b\n")).toEqual({ "8080": "a", true: "b" });
  });

  it("takes __proto__ and constructor for ordinary keys", () => {
    const document = documentOf("__proto__: {x: 1}\nconstructor: 2\n") as object;
    expect(Object.keys(document)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(document)).toBe(Object.prototype);
    expect((document as { x?: number }).x).toBeUndefined();
  });

  it("takes __proto__ for an ordinary key also when it is merged", () => {
    const document = documentOf("<<: {__proto__: {x: 1}}\n") as { x?: number };
    expect(Object.keys(document)).toEqual(["__proto__"]);
    expect(document.x).toBeUndefined();
  });

  it("shares the value of an anchor between its aliases", () => {
    const document = documentOf("a: &x {n: 1}\nb: *x\n") as { a: Json; b: Json };
    expect(document.b).toBe(document.a);
  });

  it("takes the last anchor before an alias", () => {
    expect(documentOf("- &x 1\n- *x\n- &x 2\n- *x\n")).toEqual([1, 1, 2, 2]);
  });

  it("merges maps: written keys win, then the first of a list", () => {
    const text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  z: 3\n  <<: [*b, *a]\n  x: 4\n";
    expect((documentOf(text) as { c: Json }).c).toEqual({ z: 3, y: 2, x: 4 });
  });

  it("takes a quoted << for an ordinary key", () => {
    expect(documentOf('"<<": 1\n')).toEqual({ "<<": 1 });
  });

  it("warns of a tag that JSON does not know, with its line, and keeps the value", () => {
    const { document, warnings } = adapt("a: 1\nb: !secret hush\n");
    expect(document).toEqual({ a: 1, b: "hush" });
    expect(warnings).toEqual([
      { file: "app.yaml", line: 2, message: expect.stringContaining("!secret") },
    ]);
  });

  it.each([
    ["a: 1\nb: [1\n", "app.yaml", 3],
    ["a: 1\nb: 2\na: 3\n", 'the key "a" is here twice', 3],
    ['1: a\n"1": b\n', "twice", 2],
    ["a: 1\n---\nb: 2\n", "second one begins", 2],
    ["a: .inf\n", ".inf is not a number", 1],
    ["a: 1\nb: 1e999\n", "1e999 is not a number", 2],
    ["? {a: 1}\n: b\n", "a key must be a text", 1],
    ["a: *nobody\n", "nobody", 1],
    ["a: &a [*a]\n", "*a stands for no value that ends before it", 1],
    ["a:\n  <<: 3\n", "<< takes a map", 2],
    ["# nothing\n", "holds no document", 1],
    ["", "holds no document", 1],
  ])("refuses %j and says where", (text, message, line) => {
    const error = refusal(text);
    expect(error.message).toContain(message);
    expect(error.place).toMatchObject({ file: "app.yaml", line, column: expect.any(Number) });
  });

  it.each(["[", "a: [", "- "])("refuses a text of ten thousand %j without a crash", (piece) => {
    expect(refusal(piece.repeat(10_000))).toBeInstanceOf(ParseError);
  });

  it("refuses aliases that would write out as gigabytes, and aliases that nest too deep", () => {
    const bomb = ["- &a0 [x,x,x,x,x,x,x,x,x]"];
    for (let i = 1; i < 12; i++) bomb.push(`- &a${i} [${`*a${i - 1},`.repeat(9)}]`);
    expect(refusal(bomb.join("\n")).message).toContain("too much text");

    const tower = [`- &a0 ${"[".repeat(300)}${"]".repeat(300)}`];
    for (let i = 1; i < 5; i++) {
      tower.push(`- &a${i} ${"[".repeat(300)}*a${i - 1}${"]".repeat(300)}`);
    }
    expect(refusal(tower.join("\n")).message).toContain("nested deeper");
  });

  it("allows one anchor to be used thousands of times", () => {
    const document = documentOf(`- &h {a: b}\n${"- *h\n".repeat(5000)}`) as Json[];
    expect(document).toHaveLength(5001);
  });

  it("tells where a value was written, through aliases and merges", () => {
    const { placeOf } = adapt("base: &b\n  x: 1\nsite:\n  <<: *b\n  list:\n    - a\n    - b\n");
    const line = (...path: string[]) => placeOf?.(path)?.line;
    expect(line("site", "list", "1")).toBe(7);
    expect(line("site", "x")).toBe(2);
    expect(line("site", "missing", "deeper")).toBe(3);
    expect(placeOf?.(["base", "x"])).toEqual({ file: "app.yaml", line: 2, column: 3 });
  });
});

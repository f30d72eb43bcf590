import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { format } from "../../../adapters/caddyfile/format/format.js";
import { ParseError } from "../../../src/document/index.js";
import { caddyfiles, filesIn, noise, parse, refusalOf, tokensOf } from "./support.js";

/** Do it, and let nothing pass but a refusal. */
function attempt(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
}

describe.each([
  ["noise", noise],
  ["something like a Caddyfile", caddyfiles],
  ["any text", fc.string({ unit: "binary", maxLength: 300 })],
])("%s", (_name, texts) => {
  it("is read or refused, whatever it is", () => {
    fc.assert(
      fc.property(texts, (text) => {
        attempt(() => tokensOf(text));
        attempt(() => format(text));
        attempt(() => parse(text, { ...filesIn({ a: text, b: "import a" }), env: { HOME: "}{" } }));
      }),
      { numRuns: 3000 },
    );
  });

  it("has a token for every place, and the place is where the text says", () => {
    fc.assert(
      fc.property(texts, (text) => {
        attempt(() => {
          const lines = text.split("\n");
          for (const { line, column, offset } of tokensOf(text)) {
            const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
            expect(before + column - 1).toBe(offset);
          }
        });
      }),
      { numRuns: 500 },
    );
  });
});

const repeated = (part: string) => part.repeat(100_000);

describe("a text that is made to hang the reader", () => {
  it.each([
    ...'{ } { \\ " ` # < ( , @ &( * [ ? \n {\n a{\n }\n {$ ${ <<a\n'.split(" "),
    ...["{$a", "{args[", "\\\n", "\\ ", '"\\', "a,\n", "<<E\nE ", "(s) {\n", "import a\n", "\r"],
  ])("is read or refused in time: %j, repeated", (part) => {
    const started = performance.now();
    attempt(() => parse(repeated(part), filesIn({ a: "" })));
    attempt(() => parse(`a.com {\n${repeated(part)}\n}\n`, filesIn({ a: "" })));
    attempt(() => parse(`(s) {\nx "${repeated(part)}"\n}\na.com {\nimport s 1\n}`, {}));
    attempt(() => format(repeated(part)));
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

/** Snippets 0 … levels-1, each importing the one before `times` times with `args`. */
function tower(levels: number, times: number, args = ""): string {
  const snippets = ["(0) {\n\tx {args[0]}\n}\n"];
  for (let level = 1; level < levels; level++) {
    snippets.push(`(${level}) {\n${`\timport ${level - 1} ${args}\n`.repeat(times)}}\n`);
  }
  return `${snippets.join("")}a.com {\n\timport ${levels - 1} abcdefgh\n}\n`;
}

describe("imports that multiply", () => {
  it("end in an error when they are too many", () => {
    expect(refusalOf(() => parse(tower(30, 10), {})).reason).toMatch(/more than \d+ imports/);
  });

  it("end in an error when they nest too deep", () => {
    expect(refusalOf(() => parse(tower(200, 1), {})).reason).toContain("imports nest deeper");
  });

  it("end in an error when their words are too many", () => {
    const long = `(0) {\n${"x ".repeat(100_000)}\n}\na.com {\n${"import 0\n".repeat(1000)}}\n`;
    expect(refusalOf(() => parse(long, {})).reason).toMatch(/expand to more than \d+ words/);
  });

  it("end in an error when their arguments double at each step", () => {
    const doubling = tower(90, 1, '"{args[0]}{args[0]}"');
    expect(refusalOf(() => parse(doubling, {})).reason).toMatch(/expand to more than \d+ bytes/);
  });

  it("end in an error when blocks nest too deep", () => {
    const deep = `a.com {\n${"a {\n".repeat(1000)}${"}\n".repeat(1001)}`;
    expect(refusalOf(() => parse(deep, {})).reason).toContain("nest deeper than 200 levels");
  });
});

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { lineDifference } from "../../src/cli/line-difference.js";

const lines = fc.array(fc.constantFrom("", "a", " a", "b {", "\tb {", "}", "c", "d"), {
  maxLength: 60,
});

/** The text that is left when the lines with a mark are left out. */
const without = (mark: string, difference: string) =>
  difference
    .split("\n")
    .slice(0, -1)
    .filter((line) => !line.startsWith(mark))
    .map((line) => line.slice(2))
    .join("\n");

describe("the difference of two texts by lines", () => {
  it("holds both", () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const difference = lineDifference(before.join("\n"), after.join("\n"));
        expect(without("+", difference)).toBe(before.join("\n"));
        expect(without("-", difference)).toBe(after.join("\n"));
      }),
    );
  });

  it("holds both of two long texts that have nothing in common", () => {
    const [before, after] = ["a\n", "b\n"].map((line) => line.repeat(150_000)) as [string, string];
    const difference = lineDifference(before, after);
    expect(without("+", difference) === before).toBe(true);
    expect(without("-", difference) === after).toBe(true);
  });

  it("pairs lines that differ in white space, and finds its way back after others", () => {
    const difference = lineDifference("a\n{\n b\n\n\n c\n}\n", "a {\n\tb\n\n\tc\n}\n");
    const expected = ["- a", "- {", "-  b", "+ a {", "+ \tb", "  ", "- ", "-  c", "+ \tc", "  }"];
    expect(difference).toBe([...expected, "  ", ""].join("\n"));
  });

  it("does not mind how lines end", () => {
    expect(lineDifference("a\r\nb\r\n", "a\nb\n")).toBe("  a\n  b\n  \n");
  });

  it("takes no longer than the texts are long, however different they are", () => {
    const numbers = (from: number) => Array.from({ length: 50_000 }, (_, i) => `x${from + i}`);
    const started = performance.now();
    lineDifference(numbers(0).join("\n"), numbers(1_000_000).join("\n"));
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

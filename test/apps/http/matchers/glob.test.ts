import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compileGlob, escapedUnits, units } from "../../../../src/apps/http/matchers/glob.js";

function matches(pattern: string, text: string): boolean | undefined {
  return compileGlob(pattern, false)?.(units(text));
}

function matchesEscaped(pattern: string, text: string): boolean | undefined {
  return compileGlob(pattern, true)?.(escapedUnits(text));
}

/** The rules, straight: one reading after the other. */
function plainly(pattern: string, text: string): boolean {
  const [first, ...rest] = Array.from(pattern);
  if (first === undefined) return text === "";
  const more = rest.join("");
  const [char, ...left] = Array.from(text);
  if (first === "*") {
    const goesOn = char !== undefined && char !== "/" && plainly(pattern, left.join(""));
    return plainly(more, text) || goesOn;
  }
  if (char === undefined) return false;
  if (first === "?") return char !== "/" && plainly(more, left.join(""));
  if (first === "\\")
    return more !== "" && char === more[0] && plainly(more.slice(1), left.join(""));
  return first === char && plainly(more, left.join(""));
}

describe("a glob", () => {
  it.each([
    ["/a/*/c", "/a/b/c", true],
    ["/a/*/c", "/a//c", true],
    ["/a/*/c", "/a/b/b/c", false],
    ["/a/*/c", "/a/b/cc", false],
    ["/*/*", "/a/b", true],
    ["/*/*", "/a/b/", false],
    ["/a?c", "/abc", true],
    ["/a?c", "/a😀c", true],
    ["/a?c", "/a/c", false],
    ["/[a-c]x", "/bx", true],
    ["/[^a-c]x", "/bx", false],
    ["/[^a-c]x", "/dx", true],
    ["/[\\]]", "/]", true],
    ["/[a\\-z]", "/-", true],
    ["/\\*", "/*", true],
    ["/\\*", "/a", false],
    ["", "", true],
  ])("%s on %s: %s", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it.each(["[", "[]", "[a", "[]a]", "[-]", "[x-]", "[-x]", "a\\", "[a\\"])(
    "is malformed as %s",
    (pattern) => {
      expect(compileGlob(pattern, false)).toBeUndefined();
    },
  );

  it("agrees with its rules written down plainly", () => {
    const piece = fc.constantFrom("a", "b", "/", "*", "?", "\\a", "é");
    const pattern = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
    const text = fc.array(fc.constantFrom("a", "b", "/", "é"), { maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (pattern, chars) => {
        expect(matches(pattern, chars.join(""))).toBe(plainly(pattern, chars.join("")));
      }),
      { numRuns: 3000 },
    );
  });

  it("takes time in proportion to pattern and text, whatever they are", () => {
    const pattern = `/${"*a".repeat(200)}b`;
    expect(matches(pattern, `/${"a".repeat(4000)}`)).toBe(false);
  });
});

describe("a glob that looks at escapes", () => {
  it.each([
    ["/foo%2fbar", "/foo%2Fbar", true],
    ["/foo%2fbar", "/foo/bar", false],
    ["/foo%2fbar", "/foo%2fbarbaz", false],
    ["/foo%2fbar", "/f%6fo%2fb%61r", true],
    ["/100%25", "/100%25", true],
    ["/bands/%*", "/bands/ac%2fdc", true],
    ["/bands/%*", "/bands/ac/dc", false],
    ["/bands/*", "/bands/ac%2fdc", false],
    ["/bands/%*/x%20y", "/bands/ac%2fdc/x%20y", true],
    ["/bands/%*/x%20y", "/bands/ac%2fdc/x y", false],
    ["/%*a*b", "/a%2fab", true],
    ["/%c3%a9", "/%C3%A9", true],
    ["/é%20", "/%c3%a9%20", true],
    ["/%ff", "/%FF", true],
    ["/%fe", "/%FF", false],
    ["/a%2F*", "/a%2F%ff", true],
    ["/bands/%*", "/bands/%ff%2f", true],
  ])("%s on %s: %s", (pattern, text, expected) => {
    expect(matchesEscaped(pattern, text)).toBe(expected);
  });

  it("is malformed when an escape is", () => {
    expect(compileGlob("/%zz", true)).toBeUndefined();
    expect(compileGlob("/%", true)).toBeUndefined();
  });
});

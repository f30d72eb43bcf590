import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compileGlob } from "../../../../src/apps/http/fileserver/glob.js";

const fits = (pattern: string, text: string) => compileGlob(pattern)?.(text);

describe("a file pattern", () => {
  it.each([
    ["*.bak", "a.bak", true],
    ["*.bak", "a.bak2", false],
    ["*", "", true],
    ["*", "a/b", false],
    ["/srv/*/x", "/srv/a/x", true],
    ["/srv/*/x", "/srv/a/b/x", false],
    ["a?c", "abc", true],
    ["a?c", "a/c", false],
    ["?", "😀", true],
    ["[a-c]x", "bx", true],
    ["[^a-c]x", "bx", false],
    ["[^a-c]x", "dx", true],
    ["[]a]", "a", undefined],
    ["[a", "a", undefined],
    ["[a-]", "a", undefined],
    ["\\*", "*", true],
    ["\\*", "a", false],
    ["\\", "\\", undefined],
    ["[\\]]", "]", true],
    ["*a*b/c", "xaxb/c", true],
    ["*a*b/c", "xaxbd/c", false],
  ])("%j against %j is %p", (pattern, text, expected) => {
    expect(fits(pattern, text)).toBe(expected);
  });

  it("agrees with a regular expression of the same meaning", () => {
    const letters = (chars: string, maxLength: number) =>
      fc.string({ unit: fc.constantFrom(...chars), maxLength });
    fc.assert(
      fc.property(letters("ab*?/", 8), letters("ab/", 12), (pattern, text) => {
        const same = pattern.replaceAll("?", "[^/]").replaceAll("*", "[^/]*");
        expect(fits(pattern, text)).toBe(new RegExp(`^${same}$`).test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("is not slowed down by many stars", () => {
    expect(fits(`${"*a".repeat(50)}*b`, "a".repeat(4000))).toBe(false);
  });
});

import { describe, expect, it } from "@jest/globals";
import { RE2JS } from "re2js";
import { replaceMatches } from "../../../src/apps/http/replacement.js";

describe("replacing the matches of a pattern", () => {
  it.each([
    ["(.*)", "/a/b", "/x$1", "/x/a/b"],
    ["(.*)", "/a/b", "new", "new"],
    ["(.*)", "", "/x$1", "/x"],
    ["/?$", "/a/", "/end", "/a/end"],
    ["/?$", "/a", "/end", "/a/end"],
    ["b?", "abc", "-", "-a-c-"],
    ["b*", "😀bb😀", "-", "-😀-😀-"],
    ["", "ab", "-", "-a-b-"],
    ["^", "ab", "-", "-ab"],
    ["a|$", "ba", "-", "b-"],
  ])("%s in %j by %s, as Go has it, makes %s", (pattern, text, replacement, expected) => {
    expect(replaceMatches(RE2JS.compile(pattern), text, replacement)).toBe(expected);
  });
});

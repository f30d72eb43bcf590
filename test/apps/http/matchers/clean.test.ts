import { posix } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { cleanEscapedPath, cleanPath, foldCase } from "../../../../src/apps/http/matchers/clean.js";

describe("cleaning a path", () => {
  it.each([
    ["/a/../b", "/b"],
    ["/../../a", "/a"],
    ["/a/./b/", "/a/b/"],
    ["//a///b//", "/a/b/"],
    ["/a/..", "/"],
    ["/a/../", "/"],
    ["/.well-known/x", "/.well-known/x"],
    ["/...", "/..."],
    ["*", "*"],
  ])("makes %s %s", (path, expected) => {
    expect(cleanPath(path, true)).toBe(expected);
  });

  it.each([
    ["/a//b", "/a//b"],
    ["/a//../b", "/a/b"],
    ["/a//", "/a//"],
    ["//", "//"],
    ["//..", "/"],
    ["/a//./b", "/a//b"],
  ])("keeps doubled slashes if told to: %s is %s", (path, expected) => {
    expect(cleanPath(path, false)).toBe(expected);
  });

  it("agrees with node's normalize on rooted paths, but for dots at the end", () => {
    const piece = fc.constantFrom("/", ".", "..", "a", "b.c");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = `/${pieces.join("")}`;
        const normal = posix.normalize(path);
        const closed = path.endsWith("/") && normal !== "/";
        const open = normal === "/" ? normal : normal.replace(/\/$/, "");
        expect(cleanPath(path, true)).toBe(closed ? `${open}/` : open);
      }),
      { numRuns: 2000 },
    );
  });

  it("knows escaped dots for what they are, and no others", () => {
    expect(cleanEscapedPath("/a/%2e%2E/b%2fc", true)).toBe("/b%2fc");
    expect(cleanEscapedPath("/a/.%2e/b", true)).toBe("/b");
    expect(cleanEscapedPath("/a/%2e%2e%2e/b", true)).toBe("/a/%2e%2e%2e/b");
    expect(cleanEscapedPath("/a%2e%2e/b", true)).toBe("/a%2e%2e/b");
  });
});

describe("folding case", () => {
  it("makes letters equal that differ in case alone, in the middle or at the end", () => {
    for (const letter of ["A", "É", "Σ", "İ", "ẞ"]) {
      expect(foldCase(`/x${letter}`)).toBe(foldCase(`/x${letter}y`).slice(0, -1));
    }
    expect(foldCase("/ΟΔΟΣ")).toBe(foldCase("/οδος"));
  });
});

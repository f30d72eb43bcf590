// Paths as they stand in URLs, in JSON Pointers and in code.

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  childOf,
  findAgain,
  isWithin,
  type Json,
  PathError,
  type PathFault,
  parseJson,
  parsePath,
  parsePointer,
  printPath,
  printPointer,
  toIndex,
  valueAt,
} from "../../src/document/index.js";
import { key } from "./arbitrary.js";

const anyStep = fc.oneof(key, fc.string({ unit: "binary" }));

describe("a path in a URL", () => {
  it.each([
    ["", []],
    ["/", []],
    ["/apps/http/", ["apps", "http"]],
    ["apps//http", ["apps", "", "http"]],
    ["/a%2Fb/%7E/%25", ["a/b", "~", "%"]],
    ["/routes/0", ["routes", "0"]],
    ["/__proto__/toString", ["__proto__", "toString"]],
    ["/%E6%97%A5", ["日"]],
  ])("%j reads as %j", (text, path) => {
    expect(parsePath(text)).toEqual(path);
  });

  it("is read back as it was printed, but for empty keys at its ends", () => {
    fc.assert(
      fc.property(fc.array(anyStep), (path) => {
        fc.pre(path[0] !== "" && path.at(-1) !== "");
        expect(parsePath(printPath(path))).toEqual(path);
      }),
    );
  });

  it.each(["/%", "/a/%E6", "/%zz"])("%s is refused", (text) => {
    expect(() => parsePath(text)).toThrow(PathError);
  });

  it("may hold very many slashes", () => {
    expect(parsePath(`/a${"/".repeat(200_000)}b`)).toHaveLength(200_001);
  });
});

describe("a JSON Pointer", () => {
  it("is read back as it was printed", () => {
    fc.assert(
      fc.property(fc.array(anyStep), (path) => {
        expect(parsePointer(printPointer(path))).toEqual(path);
      }),
    );
  });

  it.each([
    ["", []],
    ["/", [""]],
    ["/~01/~10", ["~1", "/0"]],
  ])("%j reads as %j", (text, path) => {
    expect(parsePointer(text)).toEqual(path);
  });

  it.each(["a", "/a~", "/~2b"])("%s is refused", (text) => {
    expect(() => parsePointer(text)).toThrow("is not a JSON Pointer");
  });
});

describe("an index", () => {
  it.each([
    ["0", 0],
    ["10", 10],
    ["01", undefined],
    ["-1", undefined],
    ["-0", undefined],
    ["+1", undefined],
    ["1.0", undefined],
    ["1e1", undefined],
    [" 1", undefined],
    ["", undefined],
    ["length", undefined],
    ["99999999999999999999", undefined],
  ])("%j is %j", (step, index) => {
    expect(toIndex(step)).toBe(index);
  });
});

describe("looking a value up", () => {
  const document = parseJson('{"list":[[1]],"text":"x","none":null,"__proto__":{"a":1}}');

  it.each([
    ["/", document],
    ["/list/0/0", 1],
    ["/none", null],
    ["/nope", undefined],
    ["/toString", undefined],
    ["/__proto__/a", 1],
    ["/__proto__/toString", undefined],
  ])("%s gives %j", (path, value) => {
    expect(valueAt(document, parsePath(path))).toEqual(value);
  });

  it.each<[string, PathFault]>([
    ["/nope/a", "missing"],
    ["/none/a", "missing"],
    ["/toString/name", "missing"],
    ["/list/1", "missing"],
    ["/list/00", "index"],
    ["/list/length", "index"],
    ["/text/0", "scalar"],
    ["/list/0/0/0", "scalar"],
  ])("%s is an error: %s", (path, fault) => {
    expect(() => valueAt(document, parsePath(path))).toThrow(expect.objectContaining({ fault }));
  });

  it("never meets the prototype chain", () => {
    expect(childOf(parseJson("{}"), "__proto__")).toBeUndefined();
    expect(childOf(parseJson("[]"), "length")).toBeUndefined();
    expect(childOf("text", "0")).toBeUndefined();
  });
});

describe("being within", () => {
  it.each([
    [["a"], [], true],
    [["a", "b"], ["a"], true],
    [["a"], ["a"], true],
    [["ab"], ["a"], false],
    [["a"], ["a", "b"], false],
  ])("%j within %j: %s", (path, ancestor, wanted) => {
    expect(isWithin(path, ancestor)).toBe(wanted);
  });
});

describe("a node that stood at a path", () => {
  const [a, b] = [
    { name: "a", in: [{ x: 1 }] },
    { name: "b", in: [{ x: 1 }] },
  ];
  const deep = b.in[0] as object as Json;

  it.each([
    ["where it was", { list: [a, b] }, "/list/1/in/0"],
    ["at another index", { list: [b] }, "/list/0/in/0"],
    ["at other indexes", { list: [a, { ...b, in: [7, null, deep] }] }, "/list/1/in/2"],
    ["nowhere, once it has changed", { list: [a, { ...b, in: [{ x: 1 }] }] }, undefined],
    ["nowhere, under another key", { other: [a, b] }, undefined],
    ["nowhere in a text", "list", undefined],
  ])("is found %s", (_, document, path) => {
    const found = findAgain(document as Json, ["list", "1", "in", "0"], deep);
    expect(found && printPath(found)).toBe(path);
  });

  it("is the root, while the root is the same", () => {
    expect(findAgain(a, [], a)).toEqual([]);
    expect(findAgain(a, [], b)).toBeUndefined();
  });

  it("is not told from its equals when it is no container", () => {
    expect(findAgain(["x", "x"], ["0"], "x")).toBeUndefined();
  });
});

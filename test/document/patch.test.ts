// JSON Patch and Merge Patch: the examples of their RFCs, and fast-json-patch as second opinion.

import { describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import fjp from "fast-json-patch";
import {
  applyPatch,
  freeze,
  isContainer,
  type Json,
  MAX_DEPTH,
  mergePatch,
  type Operation,
  PatchError,
  PathError,
  parseJson,
  parsePatch,
  parsePointer,
  printPointer,
  valueAt,
} from "../../src/document/index.js";
import { contentOf, pathFrom, tameValue, value, walk } from "./arbitrary.js";

/** Does a pointer go on where the document has only text? */
function isInsideText(document: Json, pointer: string): boolean {
  const path = parsePointer(pointer);
  return path.some((_, i) => {
    try {
      return typeof valueAt(document, path.slice(0, i)) === "string";
    } catch {
      return false;
    }
  });
}

/** The result of a patch, or the name of the fault it ended in. */
function outcome(document: Json, patch: unknown, at: readonly string[] = []): unknown {
  try {
    return applyPatch(document, parsePatch(freeze(patch as Json)), at);
  } catch (error) {
    if (error instanceof PatchError || error instanceof PathError) return error.fault;
    throw error;
  }
}

describe("a patch that does not apply", () => {
  const second = (operation: Json) => {
    const patch = parsePatch([{ op: "add", path: "/a", value: 1 }, operation]);
    return () => applyPatch({ list: [] }, patch);
  };

  it.each<[string, Json, string]>([
    ["is not there", { op: "remove", path: "/b" }, "/b: does not exist (operation 1)"],
    ["a move takes", { op: "move", from: "/c", path: "/b" }, "/c: does not exist (operation 1)"],
    [
      "is no index",
      { op: "add", path: "/list/x", value: 1 },
      '/list/x: "x" is not an array index (operation 1)',
    ],
  ])("names the operation whose place %s", (_which, operation, message) => {
    expect(second(operation)).toThrow(message);
  });

  it.each(["b", "/~", "/~2", "/a~"])(
    "is refused before any of it is done for the pointer %s",
    (path) => {
      const message = `operation 1: "${path}" is not a JSON Pointer`;
      expect(() => second({ op: "remove", path })).toThrow(message);
      expect(() => second({ op: "copy", from: path, path: "/b" })).toThrow(message);
    },
  );
});

describe("the examples of RFC 6902, appendix A", () => {
  const examples: [string, Json, unknown[], unknown][] = [
    ["A.1", { foo: "bar" }, [add("/baz", "qux")], { baz: "qux", foo: "bar" }],
    ["A.2", { foo: ["bar", "baz"] }, [add("/foo/1", "qux")], { foo: ["bar", "qux", "baz"] }],
    ["A.3", { baz: "qux", foo: "bar" }, [{ op: "remove", path: "/baz" }], { foo: "bar" }],
    ["A.4", { foo: [1, 2, 3] }, [{ op: "remove", path: "/foo/1" }], { foo: [1, 3] }],
    ["A.5", { baz: "q" }, [{ op: "replace", path: "/baz", value: "boo" }], { baz: "boo" }],
    ["A.6", { foo: { bar: 1 }, qux: {} }, [move("/foo/bar", "/qux/t")], { foo: {}, qux: { t: 1 } }],
    ["A.7", { foo: [1, 2, 3, 4] }, [move("/foo/1", "/foo/3")], { foo: [1, 3, 4, 2] }],
    ["A.8", { baz: "q", foo: ["a", 2] }, [test("/baz", "q"), test("/foo/1", 2)], "same"],
    ["A.9", { baz: "qux" }, [test("/baz", "bar")], "test"],
    ["A.10", { foo: "bar" }, [add("/child", { g: {} })], { foo: "bar", child: { g: {} } }],
    ["A.11", { foo: "bar" }, [{ ...add("/baz", "qux"), xyz: 123 }], { foo: "bar", baz: "qux" }],
    ["A.12", { foo: "bar" }, [add("/baz/bat", "qux")], "missing"],
    ["A.14", { "/": 9, "~1": 10 }, [test("/~01", 10)], "same"],
    ["A.15", { "/": 9, "~1": 10 }, [test("/~01", "10")], "test"],
    ["A.16", { foo: ["bar"] }, [add("/foo/-", ["abc", "def"])], { foo: ["bar", ["abc", "def"]] }],
  ];
  it.each(examples)("%s", (_name, document, patch, wanted) => {
    const frozen = freeze(document);
    expect(outcome(frozen, patch)).toEqual(wanted === "same" ? frozen : wanted);
  });
});

describe("the examples of RFC 7386, appendix A", () => {
  const examples: [Json, Json, Json][] = [
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  it.each(examples)("%j and %j make %j", (target, patch, wanted) => {
    expect(mergePatch(freeze(target), freeze(patch))).toEqual(wanted);
  });
});

describe("a merge patch", () => {
  it("does not touch its target, and is nothing when it changes nothing", () => {
    const target = parseJson('{"a":{"b":1},"c":[1]}');
    expect(mergePatch(target, parseJson('{"a":{"b":1},"x":null}'))).toBe(target);
    expect(target).toEqual({ a: { b: 1 }, c: [1] });
  });

  it("takes __proto__ for a key", () => {
    const merged = mergePatch(parseJson("{}"), parseJson('{"__proto__":{"x":1}}'));
    expect(JSON.stringify(merged)).toBe('{"__proto__":{"x":1}}');
    expect(mergePatch(merged, parseJson('{"__proto__":null}'))).toEqual({});
  });

  it("of very many keys is merged in one go", () => {
    const keys = Array.from({ length: 50_000 }, (_, i) => [`k${i}`, i] as const);
    const merged = mergePatch(parseJson('{"a":1}'), freeze(Object.fromEntries(keys)));
    expect(Object.keys(merged as object)).toHaveLength(50_001);
  });
});

describe("any JSON Patch", () => {
  const names = ["add", "remove", "replace", "move", "copy", "test"] as const;
  const step = fc.record({ op: fc.constantFrom(...names), walk, from: walk, value: tameValue });
  const oddStep = fc.record({ op: fc.constantFrom(...names), walk, from: walk, value });

  it("does what fast-json-patch does with it, or is refused where that refuses it", () => {
    fc.assert(
      fc.property(tameValue, fc.array(step, { maxLength: 6 }), (root, steps) => {
        let document = root;
        for (const { op, walk, from, value } of steps) {
          const operation = {
            op,
            path: pointer(document, walk),
            from: pointer(document, from),
            value,
          };
          if (operation.path === operation.from && op === "move") continue;
          // What fast-json-patch reads as an index or refuses as a key is another matter.
          if (/__proto__|toString|length|01|-1/.test(operation.path + operation.from)) continue;
          // It takes a string for a list of its characters.
          if ([operation.path, operation.from].some((at) => isInsideText(document, at))) continue;
          const wanted = secondOpinion(document, operation as Operation);
          const got = outcome(document, [operation]);
          if (wanted === undefined) expect(typeof got).toBe("string");
          else expect(contentOf(got as Json)).toBe(contentOf(wanted));
          if (wanted !== undefined) document = got as Json;
        }
      }),
      { numRuns: 300 },
    );
  });

  it("does what its operations do one by one, and touches nothing but its result", () => {
    fc.assert(
      fc.property(value, fc.array(oddStep, { maxLength: 12 }), (root, steps) => {
        let wanted = root;
        const patch = steps.map(({ op, walk, from, value }) => {
          const now = wanted;
          const operation = { op, path: pointer(now, walk), from: pointer(now, from), value };
          const made = alone(now, operation);
          wanted = made === undefined ? now : made;
          return made === undefined ? test("", now) : operation;
        });
        const [before, text] = [JSON.stringify(root), JSON.stringify(patch)];
        const got = applyPatch(root, parsePatch(freeze(patch as unknown as Json)));
        expect(JSON.stringify(got)).toBe(JSON.stringify(wanted));
        expect([JSON.stringify(root), JSON.stringify(patch)]).toEqual([before, text]);
        expectFrozen(got);
      }),
      { numRuns: 1000 },
    );
  });

  it("leaves the document alone, also when its last operation fails", () => {
    fc.assert(
      fc.property(value, value, (root, added) => {
        const before = contentOf(root);
        expect(outcome(root, [add("", { a: added }), add("/b", 1), test("/nope", 1)])).toBe(
          "missing",
        );
        expect(contentOf(root)).toBe(before);
      }),
      { numRuns: 50 },
    );
  });

  it("changes what it copied in one place only, and what it moved where it stands now", () => {
    const patch = [
      add("/a/b/c", 1),
      { op: "copy", from: "/a", path: "/d" },
      add("/a/b/only", "a"),
      add("/d/b/only", "d"),
      { op: "copy", from: "/d/b", path: "/a/e" },
      move("/d/b", "/f"),
      add("/f/moved", true),
      add("/list/-", 2),
      { op: "copy", from: "/list", path: "/again" },
      add("/list/0", 0),
    ];
    const before = parseJson('{"a":{"b":{}},"list":[1]}');
    expect(outcome(before, patch)).toEqual({
      a: { b: { c: 1, only: "a" }, e: { c: 1, only: "d" } },
      d: {},
      f: { c: 1, only: "d", moved: true },
      list: [0, 1, 2],
      again: [1, 2],
    });
    expect(before).toEqual({ a: { b: {} }, list: [1] });
  });

  /** What an operation makes of a document as the only one of its patch. */
  function alone(document: Json, operation: object): Json | undefined {
    try {
      return applyPatch(document, parsePatch(freeze([operation] as unknown as Json)));
    } catch (error) {
      if (error instanceof PatchError || error instanceof PathError) return undefined;
      throw error;
    }
  }

  function expectFrozen(node: Json): void {
    if (!isContainer(node)) return;
    expect(Object.isFrozen(node)).toBe(true);
    for (const child of Object.values(node)) expectFrozen(child);
  }

  function pointer(document: Json, choices: readonly number[]): string {
    const path = pathFrom(document, choices);
    return printPointer(path.map((step) => (step === "99" ? "-" : step)));
  }

  /** What fast-json-patch makes of it. It lets a few things pass that the RFC forbids. */
  function secondOpinion(document: Json, operation: Operation): Json | undefined {
    const { path } = operation;
    const from = operation.op === "move" || operation.op === "copy" ? operation.from : "";
    if (operation.op === "move" && `${path}/`.startsWith(`${from}/`)) return undefined;
    const parent = path.slice(0, path.lastIndexOf("/"));
    try {
      const held = path === "" ? {} : fjp.getValueByPointer(document, parent);
      if (typeof held !== "object" || held === null) return undefined;
      const copy = JSON.parse(JSON.stringify(document));
      const patch = JSON.parse(JSON.stringify(inSteps(operation, copy)));
      return fjp.applyPatch(copy, patch, true, true).newDocument;
    } catch {
      return undefined;
    }
  }

  /** A move as the RFC explains it: fast-json-patch checks its target before the removal. */
  function inSteps(operation: Operation, document: Json): Operation[] {
    if (operation.op !== "move") return [operation];
    const { from, path } = operation;
    const value = fjp.getValueByPointer(document, from);
    return [
      { op: "remove", path: from },
      { op: "add", path, value },
    ];
  }
});

describe("a JSON Patch of many operations", () => {
  const wide = freeze(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, {}])));
  const document = freeze({ wide, list: [] });
  const kinds: [string, (i: number) => object[]][] = [
    ["add keys", (i) => [add(`/wide/new${i}`, i)]],
    ["remove keys", (i) => [{ op: "remove", path: `/wide/k${i}` }]],
    ["replace values", (i) => [{ op: "replace", path: `/wide/k${i}`, value: i }]],
    ["move values", (i) => [move(`/wide/k${i}`, `/wide/new${i}`)]],
    ["copy values", (i) => [{ op: "copy", from: `/wide/k${i}`, path: `/wide/new${i}` }]],
    ["append elements", (i) => [add("/list/-", i), test(`/list/${i}`, i)]],
  ];

  it.each(kinds)("that %s copies each node once", (_name, operations) => {
    const patch = parsePatch(
      freeze(Array.from({ length: 300 }, (_, i) => operations(i)).flat() as Json),
    );
    // Every copy of a node is frozen, so this counts them: the root, and what it holds.
    const frozen = jest.spyOn(Object, "freeze");
    applyPatch(document, patch);
    const copies = frozen.mock.calls.length;
    frozen.mockRestore();
    expect(copies).toBe(2);
  });
});

describe("a JSON Patch below a scope", () => {
  const document = parseJson('{"routes":[{"a":1},{"b":2}],"x":1}');

  it("sees the scope as its whole document, also when that is an element of an array", () => {
    const at = ["routes", "0"];
    expect(outcome(document, [add("", { c: 3 })], at)).toEqual({
      routes: [{ c: 3 }, { b: 2 }],
      x: 1,
    });
    expect(outcome(document, [{ op: "remove", path: "" }], at)).toEqual({
      routes: [null, { b: 2 }],
      x: 1,
    });
    expect(outcome(document, [move("/a", "/z")], at)).toEqual({
      routes: [{ z: 1 }, { b: 2 }],
      x: 1,
    });
  });

  it("names the whole path of what is wrong", () => {
    const patch = parsePatch(parseJson('[{"op":"replace","path":"/nope","value":1}]'));
    expect(() => applyPatch(document, patch, ["routes", "1"])).toThrow(
      "/routes/1/nope: does not exist",
    );
  });

  it("changes nothing when it only tests", () => {
    expect(outcome(document, [test("/a", 1)], ["routes", "0"])).toBe(document);
  });
});

describe("a JSON Patch that is none", () => {
  it.each([
    [{}, "an array of operations"],
    [[1], "operation 0: is not an object"],
    [[add("/a", 1), { op: "ad", path: "/a" }], 'operation 1: unknown op "ad"'],
    [[{ op: "toString", path: "" }], 'unknown op "toString"'],
    [[{ op: "add", path: "/a" }], '"value" is missing'],
    [[{ op: "remove", path: 1 }], '"path" must be a string'],
    [[{ op: "move", path: "/a" }], '"from" is missing'],
  ])("%j is refused", (patch, message) => {
    expect(() => parsePatch(freeze(patch as Json))).toThrow(message);
  });
});

describe("a JSON Patch that grows the document beyond all bounds", () => {
  it("is refused when it copies the document into itself again and again", () => {
    const copies = Array.from({ length: 200 }, (_, i) => ({ op: "copy", from: "", path: `/${i}` }));
    expect(outcome(parseJson('{"a":"b"}'), copies)).toBe("invalid");
  });

  it("is refused when it nests too deep, wherever its scope stands", () => {
    const deep = "/a".repeat(MAX_DEPTH - 1);
    let document: Json = {};
    for (let i = 0; i < MAX_DEPTH - 1; i++) document = { a: document };
    const frozen = freeze(document);
    expect(typeof outcome(frozen, [add(`${deep}/b`, 1)])).toBe("object");
    expect(outcome(frozen, [add(`${deep}/b`, {})])).toBe("payload");
    expect(outcome(frozen, [add("/b", {})], deep.split("/").slice(1))).toBe("payload");
  });
});

function add(path: string, value: unknown) {
  return { op: "add", path, value };
}

function test(path: string, value: unknown) {
  return { op: "test", path, value };
}

function move(from: string, path: string) {
  return { op: "move", from, path };
}

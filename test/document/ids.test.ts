// Ids after any history are where a search of the whole document finds them.

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  append,
  ConfigError,
  freeze,
  IdIndex,
  idOf,
  insert,
  isContainer,
  isObject,
  type Json,
  type Path,
  parseJson,
  reconcile,
  remove,
  replace,
  set,
} from "../../src/document/index.js";
import { edited, edits, reparsed } from "./arbitrary.js";

/** All ids and their paths, by walking everything; undefined when one stands twice or is none. */
function searched(root: Json): Map<string, Path> | undefined {
  const found = new Map<string, Path>();
  let unique = true;
  const visit = (node: Json, path: Path) => {
    const id = idOf(node);
    if (id !== undefined && found.has(id)) unique = false;
    if (id === undefined && isObject(node) && Object.hasOwn(node, "@id")) unique = false;
    if (id !== undefined) found.set(id, path);
    if (!isContainer(node)) return;
    for (const [step, child] of Object.entries(node)) visit(child as Json, [...path, step]);
  };
  visit(root, []);
  return unique ? found : undefined;
}

function attempt(act: () => IdIndex): IdIndex | ConfigError {
  try {
    return act();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

const IDS = ["a", "b", "c", "d", "e", "f", "__proto__", "1", ""];

/** Objects with ids, in arrays and under keys, some in objects with many children. */
const holder: fc.Arbitrary<Json> = fc.letrec<{ node: Json; list: Json; object: Json }>((tie) => ({
  node: fc.oneof({ depthSize: "small" }, fc.constant<Json>(1), tie("list"), tie("object")),
  list: fc.array(tie("node"), { maxLength: 4 }).map(freeze),
  object: fc
    .tuple(
      fc.option(fc.oneof(fc.constantFrom(...IDS), fc.constantFrom(1, 2, 3)), { nil: undefined }),
      fc.dictionary(fc.constantFrom(..."klmnopqrstuv"), tie("node"), { maxKeys: 11 }),
    )
    .map(([id, rest]) => freeze({ ...(id === undefined ? {} : { "@id": id }), ...rest })),
})).node;

function expectFindsAll(index: IdIndex, root: Json): void {
  const wanted = searched(root) as Map<string, Path>;
  const found = [...wanted.keys()].map((id) => [id, index.find(id)] as const);
  expect(found).toEqual([...wanted]);
  for (const id of IDS) if (!wanted.has(id)) expect(index.find(id)).toBeUndefined();
}

describe("the index of ids", () => {
  it("agrees with a search of the document after any edits, refused ones among them", () => {
    const steps = fc.array(edits(holder), { maxLength: 25 });
    fc.assert(
      fc.property(holder, steps, (start, steps) => {
        let root = searched(start) === undefined ? freeze({}) : start;
        let index = IdIndex.of(root);
        for (const step of steps) {
          const next = edited(root, step);
          const advanced = attempt(() => index.advance(next));
          expect(advanced instanceof IdIndex).toBe(searched(next) !== undefined);
          expect(attempt(() => IdIndex.of(next)) instanceof IdIndex).toBe(
            searched(next) !== undefined,
          );
          if (!(advanced instanceof IdIndex)) continue;
          [root, index] = [next, advanced];
          expectFindsAll(index, root);
        }
      }),
      { numRuns: 120 },
    );
  });

  it("follows thousands of inserts, removals, replacements and moves in a long list", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
        const next = (below: number) => (numbers.next().value as number) % below;
        let root: Json = freeze(Array.from({ length: 300 }, (_, i) => ({ "@id": `r${i}` })));
        let index = IdIndex.of(root);
        for (let i = 0; i < 1500; i++) {
          const list = root as readonly Json[];
          const at = String(next(list.length));
          const fresh = freeze({ "@id": `n${i}`, handle: [{ "@id": i }] });
          if (i % 4 === 0) root = insert(root, [i % 8 ? at : "150"], fresh);
          else if (i % 4 === 1) root = remove(root, [at]);
          else if (i % 4 === 2) root = replace(root, [at], fresh);
          else root = insert(remove(root, [at]), [String(next(list.length))], list[Number(at)]!);
          index = index.advance(root);
          if (i % 50 === 0) expectFindsAll(index, root);
        }
        expectFindsAll(index, root);
        const reloaded = reconcile(root, reparsed([...(root as Json[])].reverse()));
        expectFindsAll(index.advance(reloaded), reloaded);
      }),
      { numRuns: 3 },
    );
  });

  it("knows a number and its text as the same id", () => {
    const index = IdIndex.of(parseJson('[{"@id":7},{"@id":"x"}]'));
    expect(index.find("7")).toEqual(["0"]);
    expect(() => index.advance(parseJson('[{"@id":7},{"@id":"7"}]'))).toThrow(
      '"7" is in use at /0',
    );
  });
});

describe("an id that stands twice", () => {
  it("is refused naming both places, and the index of before goes on", () => {
    const root = parseJson('{"apps":{"a":{"@id":"x"},"list":[{"@id":"y"}]}}');
    const index = IdIndex.of(root);
    const twice = append(root, ["apps", "list"], parseJson('{"deep":{"@id":"x"}}'));
    const error = attempt(() => index.advance(twice)) as ConfigError;
    expect(error.message).toContain("/apps/list/1/deep: ");
    expect(error.message).toContain("in use at /apps/a");
    expect(error.issues[0]?.path).toEqual(["apps", "list", "1", "deep"]);

    const mended = remove(twice, ["apps", "a"]);
    expect(index.advance(mended).find("x")).toEqual(["apps", "list", "1", "deep"]);
    expect(index.find("x")).toEqual(["apps", "a"]);
  });

  it("is found among very many at once", () => {
    const many = (from: number) => Array.from({ length: 30_000 }, (_, i) => ({ "@id": from + i }));
    const root = freeze({ a: many(0), b: many(29_999) });
    expect(() => IdIndex.of(root)).toThrow('"29999" is in use at /a/29999');
  });

  it("is no duplicate when it moved, to its parent, its child or its neighbour", () => {
    const root = parseJson('{"p":{"@id":"x","c":{"@id":"y"}},"q":{}}');
    const swapped = parseJson('{"p":{"@id":"y","c":{"@id":"x"}},"q":{}}');
    const index = IdIndex.of(root).advance(swapped);
    expect([index.find("x"), index.find("y")]).toEqual([["p", "c"], ["p"]]);
    const moved = set(remove(swapped, ["p"]), ["q"], parseJson('{"@id":"x"}'));
    expect(index.advance(moved).find("x")).toEqual(["q"]);
    expect(index.advance(moved).find("y")).toBeUndefined();
  });
});

describe("an id that is neither a string nor a number", () => {
  it.each(["null", "true", "[]", "{}"])("such as %s is refused with its path", (id) => {
    const root = parseJson(`{"a":[{"@id":${id}}]}`);
    const error = attempt(() => IdIndex.of(root)) as ConfigError;
    expect(error.issues[0]?.path).toEqual(["a", "0", "@id"]);
    expect(error.message).toContain("must be a string or a number");
  });
});

// Texts and ETags, as one renderer makes them over a long history of changes.

import { describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import {
  freeze,
  insert,
  isArray,
  isContainer,
  type Json,
  type Path,
  parseJson,
  parsePath,
  Renderer,
  remove,
  replace,
} from "../../src/document/index.js";
import { contentOf, edited, edits, reparsed, value } from "./arbitrary.js";

function textOf(renderer: Renderer, node: Json, path: Path = []): string {
  const { pieces, length } = renderer.render(node, path);
  const text = Buffer.concat(pieces);
  expect(text.length).toBe(length);
  return text.toString();
}

/** Lists and objects of sizes around those at which the renderer changes its ways. */
const large: fc.Arbitrary<Json> = fc
  .tuple(
    fc.constantFrom(1, 2, 63, 64, 65, 127, 128, 129, 200),
    fc.constantFrom(1, 63, 64, 65, 510, 511, 512, 513, 700),
    value,
  )
  .map(([rows, width, seed]) =>
    freeze({
      list: Array.from({ length: rows }, (_, i) => ({ i, seed })),
      row: Array.from({ length: width }, (_, i) => i),
      keys: Object.fromEntries(Array.from({ length: width }, (_, i) => [`k${i}`, { i }])),
      nested: [[Array.from({ length: width }, (_, i) => [i])], seed],
    }),
  );

describe("the text of a scope", () => {
  it("is the document, after any edits, whichever renderer writes it", () => {
    fc.assert(
      fc.property(large, fc.array(edits(), { maxLength: 10 }), (start, steps) => {
        const renderer = new Renderer();
        let root = start;
        for (const step of steps) {
          expect(textOf(renderer, root)).toBe(JSON.stringify(root));
          root = edited(root, step);
        }
        expect(textOf(renderer, root)).toBe(JSON.stringify(root));
      }),
      { numRuns: 40 },
    );
  });

  it("is right for long lists under thousands of changes", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
        const next = (below: number) => (numbers.next().value as number) % below;
        const renderer = new Renderer();
        let root: Json = freeze(Array.from({ length: 400 }, (_, i) => ({ i, text: ["x", i] })));
        for (let i = 0; i < 600; i++) {
          const at = String(next((root as Json[]).length));
          if (i % 3 === 0) root = insert(root, [i % 2 ? "0" : at], { new: i });
          else if (i % 3 === 1) root = replace(root, [at], [i]);
          else root = remove(root, [at]);
          if (i % 10 === 0) expect(textOf(renderer, root)).toBe(JSON.stringify(root));
          if (i % 100 === 0) expect(renderer.hash(root, [])).toBe(new Renderer().hash(root, []));
        }
      }),
      { numRuns: 3 },
    );
  });

  it("stays in few pieces when much is inserted in one place", () => {
    const renderer = new Renderer();
    let root: Json = freeze(Array.from({ length: 600 }, (_, i) => i));
    for (let i = 0; i < 1000; i++) {
      root = insert(root, ["5"], i);
      renderer.render(root, []);
    }
    expect(renderer.render(root, []).pieces.length).toBeLessThan(120);
  });

  it("is made once, however deep the large part of it lies", () => {
    let root: Json = freeze(Array.from({ length: 5000 }, (_, i) => ({ host: `site-${i}` })));
    for (let depth = 0; depth < 6; depth++) root = freeze([{ routes: root }]);
    const renderer = new Renderer();
    const made = jest.spyOn(JSON, "stringify");
    try {
      const text = textOf(renderer, root);
      textOf(renderer, root);
      const lengths = made.mock.results.map(({ value: part }) => (part as string).length);
      expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(1.2 * text.length);
    } finally {
      made.mockRestore();
    }
  });

  it("writes surrogates that stand alone so that they can be read back", () => {
    const root = parseJson('{"\\ud800":["\\udc00x"]}');
    const text = textOf(new Renderer(), root);
    expect(JSON.parse(text)).toEqual(root);
  });
});

describe("the hash of a scope", () => {
  it("is equal if and only if the content is", () => {
    const documents = fc.tuple(fc.oneof(value, large), fc.oneof(value, large));
    fc.assert(
      fc.property(documents, edits(), ([a, b], step) => {
        const renderer = new Renderer();
        const after = edited(a, step);
        const hash = renderer.hash(a, ["x"]);
        const same = (other: Json) => contentOf(a) === contentOf(other);
        expect(renderer.hash(after, ["x"]) === hash).toBe(same(after));
        expect(renderer.hash(b, ["x"]) === hash).toBe(same(b));
        expect(new Renderer().hash(reparsed(a), ["elsewhere", "0"])).toBe(hash);
        expect(renderer.hash(a, ["x"])).toBe(hash);
      }),
      { numRuns: 100 },
    );
  });

  it("does not depend on the order of keys, nor on how the document came about", () => {
    fc.assert(
      fc.property(large, fc.array(edits(), { maxLength: 6 }), (start, steps) => {
        const renderer = new Renderer();
        let root = start;
        for (const step of steps) {
          renderer.hash(root, []);
          root = edited(root, step);
        }
        expect(renderer.hash(root, [])).toBe(new Renderer().hash(backwards(root), []));
      }),
      { numRuns: 40 },
    );
  });

  it.each([62, 63, 64, 65, 128, 255, 256, 510, 511, 512, 513, 1025])(
    "tells lists of about %i elements apart by any one of them",
    (length) => {
      const list = freeze(Array.from({ length }, (_, i) => i));
      const renderer = new Renderer();
      const hashes = new Set([renderer.hash(list, [])]);
      for (const at of [0, 1, 62, 63, 64, length - 1].filter((i) => i < length)) {
        hashes.add(renderer.hash(replace(list, [String(at)], "x"), []));
        hashes.add(renderer.hash(remove(list, [String(at)]), []));
        hashes.add(renderer.hash(insert(list, [String(at)], "y"), []));
      }
      expect(hashes.size).toBe(
        1 + 3 * new Set([0, 1, 62, 63, 64, length - 1].filter((i) => i < length)).size,
      );
    },
  );
});

describe("an ETag", () => {
  it("names the path and the hash", () => {
    const renderer = new Renderer();
    expect(renderer.etag({}, ["apps", "http"])).toMatch(/^"\/config\/apps\/http [\w-]{22}"$/);
    expect(renderer.etag(null, [])).toMatch(/^"\/config\/ [\w-]{22}"$/);
  });

  it("can stand in a header and a list, whatever the keys, and its path can be read back", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme", minLength: 1 })), (path) => {
        const etag = new Renderer().etag(1, path);
        expect(etag).toMatch(/^"[!#-+\--~]+ [\w-]{22}"$/);
        const printed = etag.slice('"/config'.length).split(" ")[0] as string;
        expect(parsePath(printed)).toEqual(path);
      }),
    );
    expect(() => new Renderer().etag(1, ["\ud800", "日本", "a b", '","'])).not.toThrow();
  });
});

function backwards(node: Json): Json {
  if (isArray(node)) return freeze(node.map(backwards));
  if (!isContainer(node)) return node;
  const entries = Object.entries(node).map(([key, child]) => [key, backwards(child)] as const);
  return freeze(Object.fromEntries(entries.reverse()));
}

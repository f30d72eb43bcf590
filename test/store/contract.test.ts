// What every store promises. The journal and the memory store pass the same suite.

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isObject, type Json, type Operation } from "../../src/document/index.js";
import { createMemoryStore, type RevisionRecord, type Store } from "../../src/store/index.js";
import {
  counted,
  counting,
  documentAfter,
  fill,
  inDirectory,
  revision,
  smallJournal,
} from "./support.js";

/** A kind of store, and how to come back to it after it was closed. */
interface Kind {
  readonly name: string;
  readonly run: (test: (reopen: () => Store) => Promise<void>) => Promise<void>;
}

const kinds: readonly Kind[] = [
  { name: "journal", run: (test) => inDirectory((dir) => test(() => smallJournal(dir))) },
  {
    name: "memory",
    run: (test) => {
      const store = createMemoryStore(1000);
      return test(() => store);
    },
  },
];

describe.each(kinds)("a $name store", ({ run }) => {
  const withStore = (test: (store: Store) => Promise<void>) =>
    run(async (reopen) => {
      const store = reopen();
      await store.open();
      await test(store);
      await store.close();
    });

  it("begins with no document and revision 0", () =>
    run(async (reopen) => {
      const store = reopen();
      expect(await store.open()).toEqual({ document: undefined, revision: 0, reports: [] });
      expect(await store.list({ limit: 10 })).toEqual([]);
      expect(await store.documentAt(0)).toBeUndefined();
      await store.close();
    }));

  it("gives back what was appended, after closing and opening again", () =>
    run(async (reopen) => {
      const first = reopen();
      await first.open();
      await fill(first, 1, 30);
      await first.close();

      const second = reopen();
      expect(await second.open()).toEqual({ document: counted(30), revision: 30, reports: [] });
      for (let number = 1; number <= 30; number++) {
        expect(await second.read(number)).toEqual(counting(number));
        expect(await second.documentAt(number)).toEqual(counted(number));
      }
      await second.close();
    }));

  it("keeps who, why and by which way", () =>
    withStore(async (store) => {
      const record: RevisionRecord = {
        ...revision(1, [{ op: "add", path: "", value: "Grüße \u2028 \ud800 \u0000" }]),
        author: "ann",
        reason: 'a "reason"\n',
      };
      await store.append([record], "Grüße \u2028 \ud800 \u0000");
      expect(await store.read(1)).toEqual(record);
    }));

  it("lists revisions, newest first, below a number, up to a limit", () =>
    withStore(async (store) => {
      await fill(store, 1, 20);
      const numbers = async (query: { before?: number; limit: number }) =>
        (await store.list(query)).map(({ number }) => number);
      expect(await numbers({ limit: 3 })).toEqual([20, 19, 18]);
      expect(await numbers({ before: 12, limit: 4 })).toEqual([11, 10, 9, 8]);
      expect(await numbers({ before: 3, limit: 100 })).toEqual([2, 1]);
      expect(await numbers({ before: 1, limit: 100 })).toEqual([]);
      expect(await numbers({ before: 999, limit: 1 })).toEqual([20]);
      expect(await numbers({ limit: 0 })).toEqual([]);
    }));

  it("knows nothing of revisions that never were", () =>
    withStore(async (store) => {
      await fill(store, 1, 3);
      for (const number of [-1, 0, 4, 1.5, Number.NaN, Infinity]) {
        expect(await store.read(number)).toBeUndefined();
        expect(await store.documentAt(number)).toBeUndefined();
      }
    }));

  it("takes several revisions at once, and several appends at the same time", () =>
    withStore(async (store) => {
      await store.append([counting(1), counting(2)], counted(2));
      await Promise.all([3, 4, 5].map((n) => store.append([counting(n)], counted(n))));
      expect(await store.documentAt(1)).toEqual(counted(1));
      expect(await store.documentAt(4)).toEqual(counted(4));
      expect((await store.list({ limit: 10 })).map(({ number }) => number)).toEqual([
        5, 4, 3, 2, 1,
      ]);
    }));

  it("refuses a revision out of sequence, and goes on with the right one", () =>
    withStore(async (store) => {
      await fill(store, 1, 2);
      await expect(store.append([counting(4)], counted(4))).rejects.toThrow(
        "expected revision 3, got 4",
      );
      await expect(store.append([counting(3), counting(3)], counted(3))).rejects.toThrow(
        "expected revision 4, got 3",
      );
      await fill(store, 3, 4);
      expect(await store.documentAt(4)).toEqual(counted(4));
    }));

  it("refuses to work while it is not open, and to be opened twice", () =>
    run(async (reopen) => {
      const store = reopen();
      await expect(store.append([counting(1)], counted(1))).rejects.toThrow("not open");
      await expect(store.read(1)).rejects.toThrow("not open");
      await store.open();
      await expect(store.open()).rejects.toThrow("open already");
      await store.close();
      await store.close();
      await expect(store.list({ limit: 1 })).rejects.toThrow("not open");
    }));

  it("gives back documents that nobody can change", () =>
    run(async (reopen) => {
      const store = reopen();
      await store.open();
      await store.append([revision(1, [{ op: "add", path: "", value: { a: [{}] } }])], { a: [{}] });
      await store.append([revision(2, [{ op: "add", path: "/b", value: {} }])], { a: [{}], b: {} });
      await store.close();
      const again = reopen();
      const { document } = await again.open();
      await again.close();
      if (again === store) return; // memory hands out what it was handed
      expect(Object.isFrozen(document)).toBe(true);
      expect(Object.isFrozen((document as { a: Json[] }).a[0])).toBe(true);
    }));

  it("agrees with a plain list of revisions, however often it is closed", () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), (steps) =>
        run(async (reopen) => {
          const records: RevisionRecord[] = [];
          let store = reopen();
          await store.open();
          for (const { edits, close } of steps) {
            const more = edits.map((edit, i) => revisionFor(edit, records.length + i + 1, records));
            records.push(...more);
            await store.append(more, documentAfter(records));
            if (!close) continue;
            await store.close();
            store = reopen();
            const { document, revision } = await store.open();
            expect(revision).toBe(records.length);
            expect(document ?? null).toEqual(documentAfter(records));
          }
          expect((await store.list({ limit: 1000 })).reverse()).toEqual(records);
          for (const { number } of records) {
            const expected = documentAfter(records.slice(0, number));
            expect(await store.documentAt(number)).toEqual(expected);
          }
          await store.close();
        }),
      ),
      { numRuns: 25 },
    ));
});

interface Edit {
  readonly key: string;
  readonly value: Json;
}

const key = fc.oneof(fc.constantFrom("__proto__", "constructor", "", "~/", "a"), fc.string());
/** JSON as it is after being written once: `-0` is written `0`. */
const written = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json);
const edit: fc.Arbitrary<Edit> = fc.record({ key, value: written });
const step = fc.record({
  edits: fc.array(edit, { maxLength: 4 }),
  close: fc.boolean(),
});

/** Set a key, the first time on an empty object. */
function revisionFor({ key, value }: Edit, number: number, before: readonly RevisionRecord[]) {
  const path = `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  const begin: Operation[] = number === 1 ? [{ op: "add", path: "", value: {} }] : [];
  const fits = number === 1 || before.length === 0 || isObject(documentAfter(before));
  if (!fits) throw new Error("the model's document is always an object");
  return revision(number, [...begin, { op: "add", path, value }]);
}

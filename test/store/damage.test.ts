// Files that are not what was written: torn by a crash, flipped by a disk, edited or deleted by a
// person.

import { createHash } from "node:crypto";
import { appendFile, readdir, readFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { realFiles } from "../../src/platform/index.js";
import type { Opened, Store } from "../../src/store/index.js";
import { counted, counting, fill, inDirectory, smallJournal } from "./support.js";

/** Fill a store, spoil its files, open it again. */
function afterwards(
  revisions: number,
  spoil: (dir: string) => Promise<void>,
  look: (opened: Opened, store: Store, dir: string) => Promise<void>,
  maxSegmentBytes = 100_000,
) {
  return inDirectory(async (dir) => {
    const store = smallJournal(dir, { maxSegmentBytes });
    await store.open();
    await fill(store, 1, revisions);
    await store.close();
    await spoil(dir);
    const again = smallJournal(dir, { maxSegmentBytes });
    try {
      const opened = await again.open();
      await look(opened, again, dir);
      await fill(again, opened.revision + 1, opened.revision + 1);
    } finally {
      await again.close();
    }
  });
}

/** Change one byte, found by a text that stands before it. */
async function flipBehind(path: string, text: string): Promise<void> {
  const bytes = await readFile(path);
  const at = bytes.indexOf(text) + text.length;
  bytes[at] = (bytes[at] as number) ^ 1;
  await writeFile(path, bytes);
}

describe("a journal that ends in a torn record", () => {
  it("is cut off at the last whole one, which the report tells", () =>
    afterwards(
      9,
      (dir) => appendFile(join(dir, "journal.ndjson"), '{"sum":"0123456789abcdef","kind":"rev'),
      async ({ document, revision, reports }, _store, dir) => {
        expect({ document, revision }).toEqual({ document: counted(9), revision: 9 });
        expect(reports).toEqual([
          "journal.ndjson: cut off 37 bytes of a record that was being written after revision 9 " +
            "and never acknowledged",
        ]);
        expect(await readdir(dir)).not.toContain("journal.damaged-1.ndjson");
      },
    ));

  it("opens wherever within the last record it was torn", async () => {
    for (const missing of [1, 2, 30, 60, 100]) {
      await afterwards(
        3,
        async (dir) => {
          const path = join(dir, "journal.ndjson");
          await truncate(path, (await readFile(path)).length - missing);
        },
        async ({ document, revision }) => {
          expect({ missing, document, revision }).toEqual({
            missing,
            document: counted(2),
            revision: 2,
          });
        },
      );
    }
  });
});

describe("a journal that a newer version wrote", () => {
  it.each([
    ["a record", '"kind":"checkpoint","number":4,"time":1}'],
    [
      "an operation",
      '"kind":"revision","number":4,"time":1,"source":"x","patch":[{"op":"swap","path":""}]}',
    ],
  ])("is refused for %s that is not known, and left as it is", (_, body) =>
    inDirectory(async (dir) => {
      const store = smallJournal(dir, {});
      await store.open();
      await fill(store, 1, 3);
      await store.close();
      const sum = createHash("sha256").update(body).digest("hex").slice(0, 16);
      const path = join(dir, "journal.ndjson");
      await appendFile(path, `{"sum":"${sum}",${body}\n`);
      const before = await readFile(path);
      await expect(smallJournal(dir, {}).open()).rejects.toThrow("written by a newer one");
      expect(await readFile(path)).toEqual(before);
      expect(await readdir(dir)).not.toContain("journal.damaged-1.ndjson");
    }),
  );
});

describe("a journal that is damaged in the middle", () => {
  it("is used up to the damage; the report says what is lost, and the files are kept", () =>
    afterwards(
      20,
      (dir) => flipBehind(join(dir, "journal.ndjson"), "entry 1"),
      async ({ document, revision, reports }, store, dir) => {
        expect({ document, revision }).toEqual({ document: counted(9), revision: 9 });
        expect(reports).toHaveLength(1);
        expect(reports[0]?.replace(/byte \d+/, "byte N")).toBe(
          "journal.ndjson is damaged behind revision 9, at byte N (a record does not match its " +
            "checksum): revisions 10 to 20 are lost; the damaged file is kept as " +
            "journal.damaged-1.ndjson, and autosave.json, which may be newer, as " +
            "autosave.damaged-1.json",
        );
        expect(await store.documentAt(4)).toEqual(counted(4));
        const saved = await readFile(join(dir, "autosave.damaged-1.json"), "utf8");
        expect(JSON.parse(saved)).toEqual(counted(20));
        expect(await readFile(join(dir, "journal.damaged-1.ndjson"), "utf8")).toContain(
          '"entry 20"',
        );
      },
    ));

  it("is used up to a missing line", () =>
    afterwards(
      6,
      async (dir) => {
        const path = join(dir, "journal.ndjson");
        const lines = (await readFile(path, "utf8")).split("\n");
        await writeFile(path, lines.toSpliced(4, 1).join("\n"));
      },
      async ({ revision, reports }) => {
        expect(revision).toBe(3);
        expect(reports.join()).toContain("expected revision 4, found revision 5");
      },
    ));

  it("has its document rebuilt from the history when that is what is damaged", () =>
    afterwards(
      40,
      (dir) => flipBehind(join(dir, "journal.ndjson"), '"document":{'),
      async ({ document, revision, reports }) => {
        expect({ document, revision }).toEqual({ document: counted(40), revision: 40 });
        expect(reports.join()).toContain("it was rebuilt up to revision 40");
        expect(reports.join()).not.toContain("lost");
      },
      600,
    ));

  it("is whole again when it is the first one, which begins at nothing", () =>
    afterwards(
      5,
      (dir) => flipBehind(join(dir, "journal.ndjson"), '"document":'),
      async ({ document, revision, reports }) => {
        expect({ document, revision }).toEqual({ document: counted(5), revision: 5 });
        expect(reports.join()).toContain("it was rebuilt up to revision 5");
      },
    ));

  it("begins at nothing when nothing can be used, and says so", () =>
    afterwards(
      5,
      (dir) => writeFile(join(dir, "journal.ndjson"), "not a journal\n"),
      async ({ document, revision, reports }) => {
        expect({ document, revision }).toEqual({ document: undefined, revision: 0 });
        expect(reports.join()).toContain("nothing in it can be used");
        expect(reports.join()).toContain("kept as journal.damaged-1.ndjson");
      },
    ));

  it("opens whichever byte is flipped, with a document that was acknowledged once", async () => {
    for (let at = 0; at < 1400; at += 97) {
      await afterwards(
        12,
        async (dir) => {
          const path = join(dir, "journal.ndjson");
          const bytes = await readFile(path);
          bytes[at] = (bytes[at] as number) ^ 4;
          await writeFile(path, bytes);
        },
        async ({ document, revision, reports }) => {
          expect(document).toEqual(revision === 0 ? undefined : counted(revision));
          expect(reports.join()).toContain("damaged");
        },
      );
    }
  });
});

describe("the history", () => {
  it("takes the journal's place when somebody deleted the journal", () =>
    afterwards(
      40,
      (dir) => rm(join(dir, "journal.ndjson")),
      async ({ document, revision, reports }) => {
        expect(revision).toBeGreaterThan(30);
        expect(document).toEqual(counted(revision));
        expect(reports).toHaveLength(1);
      },
      600,
    ));

  it("is kept within its bound", () =>
    inDirectory(async (dir) => {
      const store = smallJournal(dir, { keepSegments: 2 });
      await store.open();
      await fill(store, 1, 60);
      expect(await readdir(join(dir, "history"))).toHaveLength(2);
      expect(await store.read(1)).toBeUndefined();
      expect(await store.documentAt(1)).toBeUndefined();
      const kept = await store.list({ limit: 1000 });
      expect(kept.map(({ number }) => number)).toEqual(kept.map((_, i) => 60 - i));
      await store.close();
    }));

  it("is not mixed up with that of another journal which was put in its place", () =>
    afterwards(
      40,
      async (dir) => {
        const names = await readdir(join(dir, "history"));
        const oldest = Math.min(...names.map((name) => Number.parseInt(name, 10)));
        await writeFile(
          join(dir, "journal.ndjson"),
          await readFile(join(dir, "history", `${oldest}.ndjson`)),
        );
      },
      async ({ revision, reports }, store) => {
        expect(revision).toBeLessThan(20);
        expect(reports.join()).toContain("does not precede journal.ndjson");
        expect(await store.list({ limit: 1000 })).toHaveLength(revision);
      },
      600,
    ));

  it("gives what is intact of a segment that was damaged", () =>
    afterwards(
      40,
      async (dir) => flipBehind(join(dir, "history", "0.ndjson"), "entry 3"),
      async (_opened, store) => {
        expect(await store.read(2)).toEqual(counting(2));
        expect(await store.read(3)).toBeUndefined();
        expect(await store.documentAt(3)).toBeUndefined();
        expect(await store.documentAt(30)).toEqual(counted(30));
      },
      600,
    ));
});

describe("autosave.json", () => {
  it("is the document as it is when the store is closed", () =>
    inDirectory(async (dir) => {
      const store = smallJournal(dir);
      await store.open();
      await fill(store, 1, 7);
      await store.close();
      expect(JSON.parse(await readFile(join(dir, "autosave.json"), "utf8"))).toEqual(counted(7));
    }));

  it("is brought up to date after a crash, but not when somebody wrote it since", async () => {
    for (const { age, expected } of [
      { age: -1000, expected: counted(7) },
      { age: +1000, expected: "by hand" },
    ]) {
      await inDirectory(async (dir) => {
        const store = smallJournal(dir);
        await store.open();
        await fill(store, 1, 7);
        await store.close();
        const time = Date.now() / 1000 + age;
        await writeFile(join(dir, "autosave.json"), '"by hand"');
        await utimes(join(dir, "autosave.json"), time, time);
        const again = smallJournal(dir);
        await again.open();
        await again.close();
        const saved = await readFile(join(dir, "autosave.json"), "utf8");
        expect(JSON.parse(saved)).toEqual(expected);
      });
    }
  });

  it("is not written for a document that does not want it", () =>
    inDirectory(async (dir) => {
      const store = smallJournal(dir, { autosave: () => false });
      await store.open();
      await fill(store, 1, 2);
      await store.close();
      expect(await readdir(dir)).not.toContain("autosave.json");
    }));

  it("is written in the background, and seldom while changes keep coming", () =>
    inDirectory(async (dir) => {
      const timers: (() => void)[] = [];
      let written = 0;
      const store = smallJournal(dir, {
        maxSegmentBytes: 1_000_000,
        clock: {
          now: () => 0,
          every: () => () => {},
          after: (_ms, run) => {
            timers.push(run);
            return () => {};
          },
        },
        files: {
          ...realFiles,
          rename: (from, to) => {
            if (to.endsWith("autosave.json")) written++;
            return realFiles.rename(from, to);
          },
        },
      });
      await store.open();
      written = 0;
      await fill(store, 1, 1);
      for (let number = 2; number <= 7; number++) {
        expect(written).toBe(0);
        await fill(store, number, number);
        expect(timers).toHaveLength(1);
        timers.pop()?.();
      }
      expect(timers).toHaveLength(0);
      await store.close();
      expect(written).toBe(1);
    }));
});

// Files that are taken from under a running server: a 200 must still be on disk.

import { mkdir, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { Log } from "../../src/engine/ports.js";
import { silentLog } from "../../src/engine/ports.js";
import type { JournalOptions, Opened, Store } from "../../src/store/index.js";
import { counted, counting, failing, fill, inDirectory, smallJournal } from "./support.js";

const big = { maxSegmentBytes: 100_000 };

/** Three revisions, then `harm`, then `look` while the store is open still. */
function whileOpen(
  harm: (dir: string) => Promise<void>,
  look: (store: Store, dir: string, warnings: readonly string[]) => Promise<void>,
  options: Partial<JournalOptions> = big,
) {
  return inDirectory(async (parent) => {
    const dir = join(parent, "state");
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: (message) => void warnings.push(message) };
    const store = smallJournal(dir, { ...options, log });
    await store.open();
    try {
      await fill(store, 1, 3);
      await harm(dir);
      await look(store, dir, warnings);
    } finally {
      await store.close();
    }
  });
}

/** What another process would find, after this one was killed. */
async function found(dir: string): Promise<Opened> {
  const copy = `${dir}-copy`;
  await rm(copy, { recursive: true, force: true });
  await mkdir(copy);
  await writeFile(join(copy, "journal.ndjson"), await readFile(join(dir, "journal.ndjson")));
  const store = smallJournal(copy, big);
  try {
    return await store.open();
  } finally {
    await store.close();
  }
}

describe("a journal that is removed while the store is open", () => {
  const harms: readonly [string, (dir: string) => Promise<void>][] = [
    ["by itself", (dir) => rm(join(dir, "journal.ndjson"))],
    ["with its directory", (dir) => rm(dir, { recursive: true })],
    ["by moving its directory away", (dir) => rename(dir, `${dir}-elsewhere`)],
    ["by being emptied", (dir) => truncate(join(dir, "journal.ndjson"), 0)],
  ];
  for (const [how, harm] of harms) {
    it(`begins anew with the next revision (${how})`, () =>
      whileOpen(harm, async (store, dir, warnings) => {
        await fill(store, 4, 4);
        const { document, revision, reports } = await found(dir);
        expect({ document, revision, reports }).toEqual({
          document: counted(4),
          revision: 4,
          reports: [],
        });
        expect(warnings).toHaveLength(1);
        expect(warnings[0]).toContain("journal.ndjson is not there any more");
        await fill(store, 5, 6);
        expect((await found(dir)).document).toEqual(counted(6));
        expect(warnings).toHaveLength(1);
      }));
  }

  it("still tells the revisions it held, as long as the process runs", () =>
    whileOpen(
      (dir) => rm(dir, { recursive: true }),
      async (store) => {
        await fill(store, 4, 4);
        expect((await store.list({ limit: 10 })).map(({ number }) => number)).toEqual([4, 3, 2, 1]);
        expect(await store.documentAt(2)).toEqual(counted(2));
      },
    ));

  it("is not taken for the one that began anew, when it is dropped from the history", () =>
    whileOpen(
      (dir) => rm(join(dir, "journal.ndjson")),
      async (store, dir, warnings) => {
        await fill(store, 4, 5);
        expect((await found(dir)).document).toEqual(counted(5));
        expect(warnings).toHaveLength(1);
      },
      { ...big, keepSegments: 0 },
    ));

  it("refuses the revision when it cannot begin anew, and takes it when it can", () =>
    whileOpen(
      async (dir) => {
        await rm(dir, { recursive: true });
        await writeFile(dir, "a file in the directory's place");
      },
      async (store, dir) => {
        await expect(store.append([counting(4)], counted(4))).rejects.toThrow(
          /could not be written/,
        );
        await rm(dir);
        await fill(store, 4, 4);
        expect((await found(dir)).document).toEqual(counted(4));
      },
    ));
});

describe("another file in the journal's place", () => {
  it("is left as it is: revisions are refused, with the reason", () =>
    whileOpen(
      async (dir) => {
        await rm(join(dir, "journal.ndjson"));
        await writeFile(join(dir, "journal.ndjson"), "a backup that was put back\n");
      },
      async (store, dir) => {
        const refused = store.append([counting(4)], counted(4));
        await expect(refused).rejects.toThrow(/another file stands in its place/);
        expect(await readFile(join(dir, "journal.ndjson"), "utf8")).toBe(
          "a backup that was put back\n",
        );
        expect(await readdir(dir)).not.toContain("journal.next");
      },
    ));
});

describe("a journal that begins anew on a failing disk", () => {
  /** How many effects three revisions have, which come before the removal. */
  async function effectsBefore(): Promise<number> {
    const { files, effects } = failing(-1, false);
    let before = 0;
    await inDirectory(async (dir) => {
      const store = smallJournal(dir, { ...big, files });
      await store.open();
      await fill(store, 1, 3);
      before = effects();
      await store.close();
    });
    return before;
  }

  it("loses nothing acknowledged and keeps nothing refused, whichever step fails", async () => {
    const before = await effectsBefore();
    let steps = 0;
    for (let reached = true; reached; steps++) {
      await inDirectory(async (parent) => {
        const dir = join(parent, "state");
        const { files, failed } = failing(before + steps, false);
        const store = smallJournal(dir, { ...big, files, autosave: false });
        await store.open();
        await fill(store, 1, 3);
        await rm(dir, { recursive: true });
        const last = await store.append([counting(4)], counted(4)).then(
          () => 4,
          () => 3,
        );
        reached = failed();
        if (reached) await fill(store, last + 1, last + 1);
        const revision = reached ? last + 1 : last;
        expect(await found(dir)).toMatchObject({ document: counted(revision), revision });
        await store.close();
      });
    }
    expect(steps).toBeGreaterThan(6);
  });
});

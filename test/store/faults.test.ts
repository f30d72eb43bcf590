// A disk that fails, at every single effect the store has on it: once, as when it is full, and for
// good, as when the process is killed between two system calls.

import { describe, expect, it } from "@jest/globals";
import { silentLog } from "../../src/engine/index.js";
import { realClock, realFiles } from "../../src/platform/index.js";
import {
  createJournalStore,
  type JournalOptions,
  StoreError,
  StoreUnwritable,
} from "../../src/store/index.js";
import { counted, counting, failing, inDirectory, smallJournal } from "./support.js";

/** Enough revisions for several rotations. */
const REVISIONS = 8;

/**
 * Run a store on a failing disk: the last acknowledged revision, and the number it claims to hold.
 */
async function runUntilFault(dir: string, options: Partial<JournalOptions>) {
  const store = smallJournal(dir, { autosave: false, ...options });
  let acknowledged = 0;
  let refused = 0;
  try {
    await store.open();
    while (acknowledged < REVISIONS && refused < 3) {
      const next = acknowledged + 1;
      await store.append([counting(next)], counted(next)).then(
        () => acknowledged++,
        () => refused++,
      );
    }
  } catch (cause) {
    // The store could not be opened at all: nothing was acknowledged.
    if (!(cause instanceof StoreUnwritable)) throw cause;
  }
  await store.close();
  return { acknowledged, refused };
}

describe.each([
  { name: "fails once", forGood: false },
  { name: "stops working", forGood: true },
])("a disk that $name", ({ forGood }) => {
  it("loses nothing acknowledged and keeps nothing refused, whenever it happens", async () => {
    let effects = 0;
    for (let nth = 0, reached = true; reached; nth++) {
      await inDirectory(async (dir) => {
        const { files, failed } = failing(nth, forGood);
        const { acknowledged, refused } = await runUntilFault(dir, { files });
        reached = failed();
        if (!reached) return;
        effects++;

        const store = smallJournal(dir);
        const { document, revision, reports } = await store.open();
        // Killed in the middle of an append, it may be written down though nobody was told.
        const allowed = forGood && refused > 0 ? [acknowledged, acknowledged + 1] : [acknowledged];
        expect({ nth, allowed, revision: allowed.includes(revision) }).toEqual({
          nth,
          allowed,
          revision: true,
        });
        expect(document).toEqual(revision === 0 ? undefined : counted(revision));
        expect(reports.join()).not.toContain("damaged");
        for (let number = 1; number <= revision; number++) {
          expect(await store.read(number)).toEqual(counting(number));
          expect(await store.documentAt(number)).toEqual(counted(number));
        }
        await store.append([counting(revision + 1)], counted(revision + 1));
        await store.close();
      });
    }
    expect(effects).toBeGreaterThan(40);
  });
});

describe("an append that fails", () => {
  it("takes those that build on it along, and the store goes on from where it was", () =>
    inDirectory(async (dir) => {
      const faults = { now: false };
      const { files } = failing(-1, false);
      const store = createJournalStore({
        dir,
        clock: realClock,
        log: silentLog,
        files: {
          ...files,
          open: async (path, mode) => {
            const file = await files.open(path, mode);
            return {
              ...file,
              datasync: async () => {
                if (faults.now) throw new Error("EIO: i/o error, fdatasync");
                await file.datasync();
              },
            };
          },
        },
      });
      await store.open();
      await store.append([counting(1)], counted(1));
      faults.now = true;
      const results = await Promise.allSettled(
        [2, 3, 4].map((n) => store.append([counting(n)], counted(n))),
      );
      expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
      expect(String((results[0] as PromiseRejectedResult).reason)).toMatch(
        /StoreError: .*journal\.ndjson could not be written: EIO/,
      );
      expect(await store.read(2)).toBeUndefined();
      faults.now = false;
      await store.append([counting(2)], counted(2));
      expect(await store.documentAt(2)).toEqual(counted(2));
      await store.close();
    }));
});

describe("a directory that cannot be opened", () => {
  const refusing = (code: string) => ({
    ...realFiles,
    makeDirectory: () => Promise.reject(Object.assign(new Error(`${code}: no, write`), { code })),
  });

  it.each(["EROFS", "ENOSPC", "EDQUOT", "EACCES", "EPERM"])(
    "for want of a disk to write to (%s) is named, and told from one that is broken",
    (code) =>
      inDirectory(async (dir) => {
        const refusal = await smallJournal(dir, { files: refusing(code) })
          .open()
          .catch((cause) => cause);
        expect(refusal).toBeInstanceOf(StoreUnwritable);
        expect(refusal.message).toBe(`${dir} could not be opened for writing: ${code}: no, write`);
      }),
  );

  it("for another reason is named as well", () =>
    inDirectory(async (dir) => {
      const refusal = await smallJournal(dir, { files: refusing("EIO") })
        .open()
        .catch((cause) => cause);
      expect(refusal).toBeInstanceOf(StoreError);
      expect(refusal).not.toBeInstanceOf(StoreUnwritable);
      expect(refusal.message).toBe(`${dir} could not be opened: EIO: no, write`);
    }));

  it("is let go of, and can be opened when its disk is back", () =>
    inDirectory(async (dir) => {
      const disk = { isReadOnly: false };
      const open: typeof realFiles.open = async (path, mode) => {
        const code = "EROFS";
        if (disk.isReadOnly && mode !== "read") throw Object.assign(new Error(code), { code });
        return realFiles.open(path, mode);
      };
      const store = smallJournal(dir, { files: { ...realFiles, open } });
      await store.open();
      await store.append([counting(1)], counted(1));
      await store.close();
      disk.isReadOnly = true;
      await expect(store.open()).rejects.toThrow(StoreUnwritable);
      disk.isReadOnly = false;
      expect((await store.open()).document).toEqual(counted(1));
      await store.close();
    }));
});

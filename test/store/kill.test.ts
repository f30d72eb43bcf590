// A process that is killed while it writes, and two processes that want the same directory.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { counted, counting, inDirectory, smallJournal } from "./support.js";

const ROUNDS = 12;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** A process that appends revisions to the store in `dir`. */
function appender(dir: string): Child {
  const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const args = ["--no-warnings", "--import", here("typescript.mjs"), here("appender.ts"), dir];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
}

/**
 * Kill it some random time after it has acknowledged so many revisions; tell the last one of them.
 */
async function killAfter(child: Child, revisions: number, extraMs: number): Promise<number> {
  let last = -1;
  let seen = 0;
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    last = Number(line);
    if (seen++ === revisions) setTimeout(() => child.kill("SIGKILL"), extraMs);
  });
  const errors = text(child.stderr);
  await once(lines, "close");
  expect(await errors).toBe("");
  return last;
}

describe("a process that is killed while it appends", () => {
  it(
    "loses no acknowledged revision and leaves no unreadable file, however often",
    () =>
      inDirectory(async (dir) => {
        for (let round = 0; round < ROUNDS; round++) {
          const revisions = Math.floor(Math.random() * 40);
          const extraMs = Math.random() * 5;
          const acknowledged = await killAfter(appender(dir), revisions, extraMs);

          const store = smallJournal(dir);
          try {
            const { document, revision, reports } = await store.open();
            const allowed = [acknowledged, acknowledged + 1];
            expect({ round, allowed, fits: allowed.includes(revision) }).toEqual({
              round,
              allowed,
              fits: true,
            });
            expect(document).toEqual(revision === 0 ? undefined : counted(revision));
            expect(reports.join()).not.toContain("damaged");
            const records = await store.list({ limit: Number.MAX_SAFE_INTEGER });
            expect(records.reverse()).toEqual(records.map((_, i) => counting(i + 1)));
            const any = 1 + Math.floor(Math.random() * revision);
            if (revision > 0) expect(await store.documentAt(any)).toEqual(counted(any));
          } finally {
            await store.close();
          }
        }
        expect((await readdir(dir)).filter((name) => name.includes("damaged"))).toEqual([]);
      }),
    120_000,
  );
});

describe("a second process on the same directory", () => {
  it("is refused with the directory's name and the first one's number", () =>
    inDirectory(async (dir) => {
      const store = smallJournal(dir);
      await store.open();
      const child = appender(dir);
      const message = await text(child.stderr);
      expect(message).toBe(
        `${dir} is in use by process ${process.pid}; stop that one first, or use another directory`,
      );
      await store.close();
    }));

  it("may have it as soon as the first one was killed", () =>
    inDirectory(async (dir) => {
      const child = appender(dir);
      await once(child.stdout, "data");
      await expect(smallJournal(dir).open()).rejects.toThrow(`in use by process ${child.pid}`);
      child.kill("SIGKILL");
      await once(child, "exit");
      const store = smallJournal(dir);
      await store.open();
      await store.close();
    }));
});

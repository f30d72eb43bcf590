// The lock of a directory, in both of its forms.

import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { DirectoryLocked, lockDirectory } from "../../src/platform/index.js";
import { lockByFile } from "../../src/platform/lock.js";

async function inDirectory(run: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "graft-lock-"));
  try {
    await run(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

describe.each([
  { name: "the lock of this platform", take: lockDirectory },
  { name: "the lock by file", take: lockByFile },
])("$name", ({ take }) => {
  it("is held by one at a time, and the refusal names the directory and the holder", () =>
    inDirectory(async (dir) => {
      const lock = await take(dir);
      const refusal = await take(dir).catch((cause) => cause);
      expect(refusal).toBeInstanceOf(DirectoryLocked);
      expect(refusal).toMatchObject({ directory: dir, pid: process.pid });
      expect(refusal.message).toContain(`${dir} is in use by this same process`);
      await lock.release();
      await (await take(dir)).release();
      expect(await readdir(dir)).toEqual([]);
    }));

  it("is the same by every path to the directory", () =>
    inDirectory(async (dir) => {
      await symlink(dir, join(dir, "again"));
      const lock = await take(dir);
      await expect(take(join(dir, "again"))).rejects.toThrow(DirectoryLocked);
      await lock.release();
    }));

  it("is taken over from a holder that is no longer there", () =>
    inDirectory(async (dir) => {
      const gone = spawnSync(process.execPath, ["-e", ""]).pid;
      await writeFile(join(dir, "lock.pid"), `${gone}\n`);
      const lock = await take(dir);
      expect(await readFile(join(dir, "lock.pid"), "utf8")).toBe(`${process.pid}\n`);
      await lock.release();
    }));

  it("says so when the directory is not there", async () => {
    await expect(take("/nowhere/at/all")).rejects.toThrow("ENOENT");
  });
});

describe("the lock by socket", () => {
  (process.platform === "linux" ? it : it.skip)(
    "holds and lets go where the file that names the holder can neither be written nor removed",
    () =>
      inDirectory(async (dir) => {
        await mkdir(join(dir, "lock.pid"));
        const lock = await lockDirectory(dir);
        const refusal = await lockDirectory(dir).catch((cause) => cause);
        expect(refusal).toBeInstanceOf(DirectoryLocked);
        expect(refusal.message).toContain(`${dir} is in use by another process`);
        await lock.release();
        await (await lockDirectory(dir)).release();
      }),
  );
});

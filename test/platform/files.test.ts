// Writing whole files, on a real disk and on one that fails.

import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import {
  type Files,
  hasCode,
  isLeftoverOf,
  realFiles,
  writeFileAtomic,
} from "../../src/platform/index.js";

async function inDirectory(run: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "graft-platform-"));
  try {
    await run(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

describe("writing a file atomically", () => {
  it("replaces the content, for its owner alone, and leaves nothing else behind", () =>
    inDirectory(async (dir) => {
      const path = join(dir, "a.json");
      await writeFile(path, "old");
      await writeFileAtomic(
        path,
        ["n", "e", "w"].map((piece) => Buffer.from(piece)),
      );
      expect(await readFile(path, "utf8")).toBe("new");
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(await readdir(dir)).toEqual(["a.json"]);
    }));

  it("leaves the old content when a step fails, and nothing else", async () => {
    const steps: readonly Partial<Files>[] = [
      { open: () => Promise.reject(new Error("EMFILE")) },
      { rename: () => Promise.reject(new Error("EIO")) },
      {
        open: async (path, mode) => ({
          ...(await realFiles.open(path, mode)),
          write: () => Promise.reject(new Error("ENOSPC")),
        }),
      },
    ];
    for (const step of steps) {
      await inDirectory(async (dir) => {
        const path = join(dir, "a.json");
        await writeFile(path, "old");
        const writing = writeFileAtomic(path, [Buffer.from("new")], { ...realFiles, ...step });
        await expect(writing).rejects.toThrow(/EMFILE|EIO|ENOSPC/);
        expect(await readFile(path, "utf8")).toBe("old");
        expect(await readdir(dir)).toEqual(["a.json"]);
      });
    }
  });

  it("takes more pieces than a single system call does", () =>
    inDirectory(async (dir) => {
      const pieces = Array.from({ length: 5000 }, (_, i) => Buffer.from(`${i},`));
      await writeFileAtomic(join(dir, "a"), pieces);
      expect((await readFile(join(dir, "a"))).equals(Buffer.concat(pieces))).toBe(true);
    }));

  it("names its temporary file so that a leftover is known by its name", () => {
    expect(isLeftoverOf("a.json", ".a.json.0123.tmp")).toBe(true);
    expect(isLeftoverOf("a.json", "a.json")).toBe(false);
    expect(isLeftoverOf("a.json", ".b.json.0123.tmp")).toBe(false);
  });
});

describe("the real file system", () => {
  it("makes directories, also those above, for their owner alone", () =>
    inDirectory(async (dir) => {
      const path = join(dir, "one", "two");
      await realFiles.makeDirectory(path);
      await realFiles.makeDirectory(path);
      expect((await stat(path)).mode & 0o777).toBe(0o700);
    }));

  it("copies to a free name only", () =>
    inDirectory(async (dir) => {
      await writeFile(join(dir, "a"), "a");
      await realFiles.copy(join(dir, "a"), join(dir, "b"));
      expect(await readFile(join(dir, "b"), "utf8")).toBe("a");
      const again = await realFiles.copy(join(dir, "a"), join(dir, "b")).catch((cause) => cause);
      expect(hasCode(again, "EEXIST")).toBe(true);
    }));

  it("reads up to the end of a file", () =>
    inDirectory(async (dir) => {
      await writeFile(join(dir, "a"), "12345");
      const file = await realFiles.open(join(dir, "a"), "read");
      const into = Buffer.alloc(10);
      expect(await file.read(into, 2)).toBe(3);
      expect(into.toString("utf8", 0, 3)).toBe("345");
      await file.close();
    }));
});

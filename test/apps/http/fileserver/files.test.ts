import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { HttpError } from "../../../../src/apps/http/exchange.js";
import { asHttpError, isAbsent } from "../../../../src/apps/http/fileserver/faults.js";
import { FileChanged, Files } from "../../../../src/apps/http/fileserver/files.js";
import { HeaderMap } from "../../../../src/apps/http/headers.js";
import type { ResponseWriter } from "../../../../src/apps/http/response.js";
import type { Clock } from "../../../../src/engine/index.js";
import { directoryWith } from "./site.js";

/** A clock by which files written just now are this old. */
const clockAhead = (ms: number): Clock => ({
  now: () => Date.now() + ms,
  after: () => () => {},
  every: () => () => {},
});

async function contentOf(files: Files, path: string): Promise<Buffer | undefined> {
  const file = await files.open(await files.look(path));
  file.close();
  return file.content;
}

describe("a small file", () => {
  const path = join(directoryWith({ small: "one" }), "small");

  it("is read once for as long as it stays the same", async () => {
    const files = new Files(clockAhead(60_000));
    const first = await contentOf(files, path);
    expect(await contentOf(files, path)).toBe(first);
  });

  it("is read anew after each change", async () => {
    const files = new Files(clockAhead(60_000));
    for (const content of ["two", "three", "", "seventh"]) {
      writeFileSync(path, content);
      expect(String(await contentOf(files, path))).toBe(content);
    }
  });

  it("that changed just now is not kept: the next change might leave the same date", async () => {
    const files = new Files(clockAhead(0));
    writeFileSync(path, "now");
    const first = await contentOf(files, path);
    expect(await contentOf(files, path)).not.toBe(first);
  });

  it("is served, but not kept, after the end", async () => {
    const files = new Files(clockAhead(60_000));
    files.close();
    const first = await contentOf(files, path);
    expect(await contentOf(files, path)).toEqual(first);
    expect(await contentOf(files, path)).not.toBe(first);
  });
});

describe("looking at a file", () => {
  it("is done once for all who ask in the same turn", async () => {
    const path = join(directoryWith({ file: "x" }), "file");
    const files = new Files(clockAhead(0));
    const [first, second] = [files.look(path), files.look(path)];
    expect(await second).toBe(await first);
    expect(await files.look(path)).not.toBe(await first);
  });

  it("gives the tag that is made of size and time", async () => {
    const path = join(directoryWith({ file: "x".repeat(36) }), "file");
    const { mtimeNs } = statSync(path, { bigint: true });
    const found = await new Files(clockAhead(0)).look(path);
    expect(found.etag).toBe(`"${mtimeNs.toString(36)}-10"`);
  });

  it("and then not finding it any more leaves nothing open", async () => {
    const path = join(directoryWith({ file: "x" }), "file");
    const files = new Files(clockAhead(0));
    const found = await files.look(path);
    rmSync(path);
    const before = readdirSync("/proc/self/fd").length;
    await expect(files.open(found)).rejects.toMatchObject({ code: "ENOENT" });
    expect(readdirSync("/proc/self/fd").length).toBeLessThanOrEqual(before);
  });
});

describe("a refusal by the disk", () => {
  const failure = (code: string) => Object.assign(new Error(code), { code });
  const response = () => ({ headers: new HeaderMap() }) as ResponseWriter;

  it.each([
    ["EACCES", 403],
    ["EPERM", 403],
    ["EMFILE", 503],
    ["ENOMEM", 503],
    ["EIO", 500],
  ])("%s is %i", (code, status) => {
    expect(asHttpError(failure(code), response()).status).toBe(status);
    expect(isAbsent(failure(code))).toBe(false);
  });

  it("tells clients when to come back, if that can help", () => {
    const answer = response();
    expect(asHttpError(new FileChanged("shrank"), answer).status).toBe(503);
    expect(answer.headers.get("retry-after")).toMatch(/^[234]$/);
  });

  it("lets a status that was decided already pass", () => {
    const decided = new HttpError(405);
    expect(asHttpError(decided, response())).toBe(decided);
  });
});

// Writing a whole file so that a reader, and a machine that loses power, find either all of the old
// content or all of the new.

import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { type Files, realFiles } from "./files.js";

/** Replace a file's content, or make the file. When this resolves, it is on disk. */
export async function writeFileAtomic(
  path: string,
  content: readonly Buffer[],
  files: Files = realFiles,
): Promise<void> {
  const directory = dirname(path);
  const temporary = join(directory, `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeNew(files, temporary, content);
    await files.rename(temporary, path);
  } catch (cause) {
    await files.remove(temporary).catch(() => {}); // it may not be there; `cause` tells more
    throw cause;
  }
  await files.syncDirectory(directory);
}

/**
 * Whether `name` was left behind by a `writeFileAtomic` of the file `base` that was killed half
 * way.
 */
export function isLeftoverOf(base: string, name: string): boolean {
  return name.startsWith(`.${base}.`) && name.endsWith(".tmp");
}

async function writeNew(files: Files, path: string, content: readonly Buffer[]): Promise<void> {
  const file = await files.open(path, "create");
  try {
    await file.write(content, 0);
    await file.datasync();
  } finally {
    await file.close();
  }
}

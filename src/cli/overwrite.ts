// Writing a person's file back: whoever reads it meanwhile finds the old text or the new one, and it
// stays theirs, with its mode, its owner and the links that lead to it.

import { randomBytes } from "node:crypto";
import {
  chmod,
  chown,
  type FileHandle,
  open,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Replace the text of a file that is there. */
export async function overwrite(file: string, text: string): Promise<void> {
  const path = await realpath(file);
  const { nlink } = await stat(path);
  // Another name of the file would keep the old text.
  if (nlink > 1 || !(await replaced(path, text))) await writeFile(path, text);
}

/** In a directory that nobody may write to, for somebody else's file, for one mounted by itself. */
const CANNOT_REPLACE: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EBUSY", "EROFS"]);

/** Put a new file into the place of the old one. False when that cannot be. */
async function replaced(path: string, text: string): Promise<boolean> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const { mode, uid, gid } = await stat(path);
    await writeDown(await open(temporary, "wx", mode), text);
    const made = await stat(temporary);
    if (made.uid !== uid || made.gid !== gid) await chown(temporary, uid, gid);
    await chmod(temporary, mode);
    await rename(temporary, path);
    return true;
  } catch (error) {
    await rm(temporary, { force: true });
    const { code } = error as { readonly code?: string };
    if (code !== undefined && CANNOT_REPLACE.has(code)) return false;
    throw error;
  }
}

async function writeDown(handle: FileHandle, text: string): Promise<void> {
  try {
    await handle.writeFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

// The few things that durable storage asks of a file system. They stand behind an interface so that
// a test can make any one of them fail, which is the only way to know what happens when a disk is
// full.

import type { Stats } from "node:fs";
import {
  constants,
  copyFile,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  stat,
  unlink,
} from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** What tells a file from another that has its name. */
export interface FileFacts {
  /** Equal for the same file, whatever it is called. */
  readonly identity: string;
  /** Bytes. */
  readonly length: number;
}

/** A file that is open. */
export interface OpenFile {
  /** Read from `position` until the buffer is full or the file ends; tells how many bytes came. */
  read(into: Buffer, position: number): Promise<number>;
  /** Write all the pieces, one behind the other, from `position` on. */
  write(pieces: readonly Buffer[], position: number): Promise<void>;
  /** Wait until the content is on disk. */
  datasync(): Promise<void>;
  /** Cut the file, or extend it, to `length` bytes. */
  truncate(length: number): Promise<void>;
  /** What is true of it now, also when its name was taken away. */
  facts(): Promise<FileFacts>;
  close(): Promise<void>;
}

/**
 * How to open a file: to read; to read and write what is there; to make a new one, which must not
 * be there.
 */
export type OpenMode = "read" | "write" | "create";

/** A file system. All of it rejects as `node:fs/promises` does, with a `code` such as `ENOENT`. */
export interface Files {
  open(path: string, mode: OpenMode): Promise<OpenFile>;
  /** The whole content. */
  read(path: string): Promise<Buffer>;
  rename(from: string, to: string): Promise<void>;
  /** Copy a file to a name that is not taken. When this resolves, the copy is on disk. */
  copy(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** The names in a directory. */
  list(directory: string): Promise<string[]>;
  /** Make a directory and those above it; one that is there is left as it is. */
  makeDirectory(path: string): Promise<void>;
  /** Wait until the names in a directory are on disk. */
  syncDirectory(path: string): Promise<void>;
  /** When a file's content changed last, milliseconds since 1970. */
  modified(path: string): Promise<number>;
  /** What is true of the file with this name; undefined when there is none. */
  facts(path: string): Promise<FileFacts | undefined>;
}

const FLAGS = { read: "r", write: "r+", create: "wx+" } as const;

/** Configurations hold secrets: files and directories are for their owner alone. */
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** The file system of this machine. */
export const realFiles: Files = {
  open: async (path, mode) => openFile(await open(path, FLAGS[mode], FILE_MODE)),
  read: (path) => readFile(path),
  rename,
  copy,
  remove: unlink,
  list: (directory) => readdir(directory),
  makeDirectory,
  syncDirectory,
  modified: async (path) => (await stat(path)).mtimeMs,
  facts: (path) => stat(path).then(factsOf, ignoreAbsent),
};

/** Whether something failed with this code, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}

function factsOf({ dev, ino, size }: Stats): FileFacts {
  return { identity: `${dev}:${ino}`, length: size };
}

/** Nothing is there, neither when a directory on the way has become a file. */
function ignoreAbsent(cause: unknown): undefined {
  if (!hasCode(cause, "ENOENT") && !hasCode(cause, "ENOTDIR")) throw cause;
}

function openFile(handle: FileHandle): OpenFile {
  return {
    read: (into, position) => readAll(handle, into, position),
    write: (pieces, position) => writeAll(handle, pieces, position),
    datasync: () => handle.datasync(),
    truncate: (length) => handle.truncate(length),
    facts: async () => factsOf(await handle.stat()),
    close: () => handle.close(),
  };
}

async function readAll(handle: FileHandle, into: Buffer, position: number): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const left = into.length - done;
    const { bytesRead } = await handle.read(into, done, left, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/** One gathering write is nearly always all there is; a short one is finished in the loop. */
async function writeAll(handle: FileHandle, pieces: readonly Buffer[], position: number) {
  if (pieces.length === 0) return;
  const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
  let done = (await handle.writev(pieces as Buffer[], position)).bytesWritten;
  if (done === total) return;
  const all = Buffer.concat(pieces);
  while (done < total) {
    done += (await handle.write(all, done, total - done, position + done)).bytesWritten;
  }
}

/** A directory that was made is on disk once its name is, in the directory above it. */
async function makeDirectory(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode: DIRECTORY_MODE });
  if (made === undefined) return;
  for (let at = resolve(path); at.length >= made.length; at = dirname(at)) {
    await syncDirectory(dirname(at));
  }
}

async function copy(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL);
  const handle = await open(to, "r+");
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return; // directories cannot be opened there
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

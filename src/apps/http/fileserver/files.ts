// Files on disk as the server reads them. What small files hold is kept in memory and trusted for as
// long as the disk says that nothing changed; every request still asks it, so an edit shows at once.

import { type BigIntStats, close, constants, fstat, open, read, stat } from "node:fs";
import { LRUCache } from "lru-cache";
import type { Clock } from "../../../engine/index.js";
import { bytesOf } from "../percent.js";
import { printHttpDate } from "./httpdate.js";
import type { Validators } from "./preconditions.js";

/** Files up to this size are read at once; larger ones are streamed. */
const SMALL_FILE = 64 * 1024;

/** How much of small files is kept in memory. */
const CACHE_BYTES = 32 * 1024 * 1024;
const ENTRY_OVERHEAD = 1024;

/** A file modified twice within one tick of its clock looks unchanged; it must be older than this. */
const SETTLED_MS = 2000;

/** Node would look for U+FFFD in the place of such a half. */
const ODD_NAME = /\p{Cs}/u;

/** Opening a FIFO that took a file's place must not block a thread. Windows has no such flag. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** What stands at a path, as it was when it was looked at. */
export interface Found extends Validators {
  readonly path: string;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly size: number;
  /** `modified` as the Last-Modified field has it. */
  readonly lastModified: string | undefined;
  readonly stats: BigIntStats;
}

interface Kept {
  readonly found: Found;
  readonly content: Buffer;
}

interface Look {
  readonly promise: Promise<Found>;
  begin(): void;
}

/** The key under which `Files` are shared: what is kept is bounded for all servers together. */
export const SHARED_FILES = "http.files";

/** The disk, with small files remembered. Shared by all servers of an instance. */
export class Files {
  readonly #clock: Clock;
  readonly #looks = new Map<string, Look>();
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: CACHE_BYTES,
    sizeCalculation: ({ content }, path) => content.length + path.length + ENTRY_OVERHEAD,
  });
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * See what stands at a path. All requests that ask for the same path in one turn of the event loop
   * share one look, which begins after the last of them has asked.
   */
  look(path: string): Promise<Found> {
    const shared = this.#looks.get(path);
    if (shared !== undefined) return shared.promise;
    if (this.#looks.size === 0) setImmediate(() => this.#beginLooks());
    const look = this.#lookAt(path);
    this.#looks.set(path, look);
    return look.promise;
  }

  /** Open what was found. A small file is read and closed again before this resolves. */
  async open(found: Found): Promise<OpenFile> {
    const kept = this.#kept.get(found.path);
    if (kept?.found === found) return new OpenFile(found, kept.content, undefined);

    const file = await openFile(found.path);
    if (file.content !== undefined) this.#keep(file.found, file.content);
    return file;
  }

  /** Forget everything. Requests that come in afterwards are served, and nothing is kept. */
  close(): void {
    this.#closed = true;
    this.#kept.clear();
  }

  #lookAt(path: string): Look {
    let begin = () => {};
    const promise = new Promise<Found>((resolve, reject) => {
      begin = () =>
        stat(nameOf(path), { bigint: true }, (error, stats) => {
          if (error) reject(error);
          else resolve(this.#recognize(path, stats));
        });
    });
    return { promise, begin };
  }

  #beginLooks(): void {
    const looks = [...this.#looks.values()];
    this.#looks.clear();
    for (const look of looks) look.begin();
  }

  /** What is kept of a file, when it is still the same one; what is now there otherwise. */
  #recognize(path: string, stats: BigIntStats): Found {
    const kept = this.#kept.get(path);
    return kept !== undefined && isSame(kept.found.stats, stats)
      ? kept.found
      : describe(path, stats);
  }

  #keep(found: Found, content: Buffer): void {
    const settled = this.#clock.now() - Number(found.stats.ctimeMs) > SETTLED_MS;
    if (settled && !this.#closed) this.#kept.set(found.path, { found, content });
  }
}

/** A file to read from. Whoever opened it closes it. */
export class OpenFile {
  constructor(
    readonly found: Found,
    /** All of it, when it is small. */
    readonly content: Buffer | undefined,
    readonly handle: number | undefined,
  ) {}

  /** Read into a buffer; the number of bytes is 0 at the end of the file. */
  read(into: Buffer, position: number): Promise<number> {
    if (this.content !== undefined) {
      return Promise.resolve(this.content.copy(into, 0, position, position + into.length));
    }
    return readAt(this.handle as number, into, position);
  }

  close(): void {
    if (this.handle !== undefined) closeQuietly(this.handle);
  }
}

/** The file is not what it was a moment ago. Asking again will help. */
export class FileChanged extends Error {
  override readonly name = "FileChanged";
}

async function openFile(path: string): Promise<OpenFile> {
  const handle = await openHandle(path);
  let keepOpen = false;
  try {
    const found = describe(path, await statHandle(handle));
    if (!found.isFile) throw new FileChanged(`${path} is no regular file any more`);
    keepOpen = found.size > SMALL_FILE;
    if (keepOpen) return new OpenFile(found, undefined, handle);
    return new OpenFile(found, await readAll(handle, found), undefined);
  } finally {
    if (!keepOpen) closeQuietly(handle);
  }
}

async function readAll(handle: number, { path, size }: Found): Promise<Buffer> {
  const content = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  while (filled < size) {
    const count = await readAt(handle, content.subarray(filled), filled);
    if (count === 0) throw new FileChanged(`${path} shrank while it was read`);
    filled += count;
  }
  return content;
}

function describe(path: string, stats: BigIntStats): Found {
  const seconds = Number(stats.mtimeNs / 1_000_000_000n);
  // Images and archives that are built reproducibly set these, whatever the content.
  const modified = seconds === 0 || seconds === 1 ? undefined : seconds;
  return {
    path,
    isFile: stats.isFile(),
    isDirectory: stats.isDirectory(),
    size: Number(stats.size),
    modified,
    etag: modified === undefined ? undefined : entityTag(stats),
    lastModified: modified === undefined ? undefined : printHttpDate(modified),
    stats,
  };
}

/** The tag that Caddy computes, so that a fleet of both agrees on it. */
function entityTag({ mtimeNs, size }: BigIntStats): string {
  return `"${mtimeNs.toString(36)}-${size.toString(36)}"`;
}

/** Whether a file is untouched: changing its content, owner or mode changes `ctime` at least. */
function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return (
    a.ctimeNs === b.ctimeNs &&
    a.mtimeNs === b.mtimeNs &&
    a.size === b.size &&
    a.ino === b.ino &&
    a.dev === b.dev
  );
}

/** A path as the system knows it: its names are bytes, and need not be UTF-8. */
export function nameOf(path: string): string | Buffer {
  return ODD_NAME.test(path) ? bytesOf(path) : path;
}

function openHandle(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    open(nameOf(path), OPEN_FLAGS, (error, handle) => (error ? reject(error) : resolve(handle)));
  });
}

function statHandle(handle: number): Promise<BigIntStats> {
  return new Promise((resolve, reject) => {
    fstat(handle, { bigint: true }, (error, stats) => (error ? reject(error) : resolve(stats)));
  });
}

function readAt(handle: number, into: Buffer, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(handle, into, 0, into.length, position, (error, count) =>
      error ? reject(error) : resolve(count),
    );
  });
}

/** Closing what was only read loses nothing, so a failure concerns nobody. */
function closeQuietly(handle: number): void {
  close(handle, () => {});
}

// The lock of a directory: one process at a time may write there. It must free itself when its
// holder is killed, so on Linux it is a listening socket in the abstract namespace, which the
// kernel takes back. Elsewhere it is a file that only its creator may have made.
//
// Abstract sockets belong to a network namespace: two containers that share a directory but not a
// network do not see each other's lock.

import { createHash } from "node:crypto";
import { open, readFile, realpath, unlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { hasCode } from "./files.js";

/** A directory that is ours alone until it is released. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/** Somebody else holds the directory. */
export class DirectoryLocked extends Error {
  override readonly name = "DirectoryLocked";
  constructor(
    readonly directory: string,
    /** The process that holds it, when it left its number. */
    readonly pid: number | undefined,
  ) {
    super(
      `${directory} is in use by ${holder(pid)}; stop that one first, or use another directory`,
    );
  }
}

/** The file in the directory that tells who holds it. */
const PID_FILE = "lock.pid";

/** Take a directory, which must exist. Rejects with `DirectoryLocked` when it is taken. */
export function lockDirectory(directory: string): Promise<DirectoryLock> {
  return process.platform === "linux" ? lockBySocket(directory) : lockByFile(directory);
}

/**
 * The lock as a socket. The file only tells other processes whom to blame: a disk that does not take
 * it, or does not give it back, changes nothing about who holds the directory.
 */
async function lockBySocket(directory: string): Promise<DirectoryLock> {
  const pidFile = join(directory, PID_FILE);
  const server = await listenOn(await socketName(directory)).catch(async (cause) => {
    throw hasCode(cause, "EADDRINUSE")
      ? new DirectoryLocked(directory, await readPid(pidFile))
      : cause;
  });
  const release = async () => {
    await unlink(pidFile).catch(() => {});
    await new Promise<void>((done) => server.close(() => done()));
  };
  await writeFile(pidFile, `${process.pid}\n`, { mode: 0o600 }).catch(() => {});
  return { release };
}

async function socketName(directory: string): Promise<string> {
  const path = await realpath(directory);
  return `\0graft-${createHash("sha256").update(path).digest("hex").slice(0, 32)}`;
}

/** `exclusive`, or a cluster's primary would hand one socket to several of its workers. */
function listenOn(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).unref();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path, exclusive: true }, () => resolve(server));
  });
}

/**
 * The lock as a file: created exclusively, and taken over from a process that is no longer there.
 */
export async function lockByFile(directory: string): Promise<DirectoryLock> {
  const pidFile = join(directory, PID_FILE);
  if (!(await createPidFile(pidFile))) {
    const pid = await readPid(pidFile);
    if (pid === undefined || isAlive(pid)) throw new DirectoryLocked(directory, pid);
    await unlink(pidFile).catch(ignoreMissing);
    if (!(await createPidFile(pidFile))) {
      throw new DirectoryLocked(directory, await readPid(pidFile));
    }
  }
  return { release: () => unlink(pidFile).catch(ignoreMissing) };
}

async function createPidFile(path: string): Promise<boolean> {
  try {
    const file = await open(path, "wx", 0o600);
    await file.writeFile(`${process.pid}\n`);
    await file.close();
    return true;
  } catch (cause) {
    if (hasCode(cause, "EEXIST")) return false;
    throw cause;
  }
}

async function readPid(path: string): Promise<number | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  return /^[1-9][0-9]{0,9}\n$/.test(text) ? Number(text) : undefined;
}

/** A process that we may not signal is there all the same. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return !hasCode(cause, "ESRCH");
  }
}

function holder(pid: number | undefined): string {
  if (pid === undefined) return "another process";
  return pid === process.pid ? `this same process (${pid})` : `process ${pid}`;
}

function ignoreMissing(cause: unknown): void {
  if (!hasCode(cause, "ENOENT")) throw cause;
}

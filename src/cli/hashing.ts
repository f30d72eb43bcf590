// What `graft hash-password` does: reads a password where nobody sees it, and prints its hash.

import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { CommandError } from "./failure.js";
import type { HashFlags } from "./hash-password.js";

/** Longer lines than this are no passwords (bytes). */
const MAX_LENGTH = 64 * 1024;
/** Bcrypt reads no further, so that what follows would protect nothing (bytes). */
const BCRYPT_LENGTH = 72;

/** Print the hash of a password. */
export async function printHash(flags: HashFlags): Promise<void> {
  const hash = hasherOf(flags);
  const password = Buffer.from(flags.plaintext || (await readPassword()));
  if (password.length === 0) throw new CommandError("there is no password", "write one");
  process.stdout.write(`${await hash(password)}\n`);
}

function hasherOf(flags: HashFlags): (password: Buffer) => Promise<string> {
  if (flags.algorithm === "bcrypt") return (password) => hashByBcrypt(password, flags);
  if (flags.algorithm === "argon2id") return (password) => hashByArgon2id(password, flags);
  throw new CommandError(`no algorithm "${flags.algorithm}"`, "known: bcrypt, argon2id");
}

async function hashByBcrypt(password: Buffer, { bcryptCost }: HashFlags): Promise<string> {
  if (password.length > BCRYPT_LENGTH) {
    const message = `bcrypt reads ${BCRYPT_LENGTH} bytes of a password, found ${password.length}`;
    throw new CommandError(message, "--algorithm argon2id reads all of it");
  }
  const { hash } = await import("@node-rs/bcrypt");
  const made = await hash(password, bcryptCost);
  // The letter that Caddy writes; some programs know no other.
  return made.replace(/^\$2\w\$/, () => "$2a$");
}

async function hashByArgon2id(password: Buffer, flags: HashFlags): Promise<string> {
  const { argon2idTime: timeCost, argon2idMemory: memoryCost } = flags;
  const { argon2idThreads: parallelism, argon2idKeylen: outputLen } = flags;
  if (memoryCost < 8 * parallelism) {
    throw new CommandError(`${parallelism} threads take at least ${8 * parallelism} KiB`);
  }
  const { hash } = await import("@node-rs/argon2");
  return hash(password, { timeCost, memoryCost, parallelism, outputLen });
}

async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return firstLine(process.stdin);
  const password = await askUnseen("Enter password: ");
  if ((await askUnseen("Confirm password: ")) === password) return password;
  throw new CommandError("the passwords are not the same");
}

async function firstLine(input: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_LENGTH) throw new CommandError("the password is too long");
    if (chunk.includes("\n")) break;
  }
  const [line = ""] = Buffer.concat(chunks).toString().split(/\r?\n/);
  return line;
}

/** Ask at the terminal, and let nothing appear of the answer. */
async function askUnseen(question: string): Promise<string> {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: unseen, terminal: true });
  process.stderr.write(question);
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once("line", resolve);
      lines.once("close", () => reject(new CommandError("there is no password")));
    });
  } finally {
    lines.close();
    process.stderr.write("\n");
  }
}

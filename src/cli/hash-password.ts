// `graft hash-password`: the declaration; what it does is in `hashing.ts`.

import { Command, InvalidArgumentError } from "commander";
import { examples } from "./help.js";

/** The flags of `graft hash-password`. */
export interface HashFlags {
  readonly plaintext?: string;
  readonly algorithm: string;
  readonly bcryptCost: number;
  readonly argon2idTime: number;
  readonly argon2idMemory: number;
  readonly argon2idThreads: number;
  readonly argon2idKeylen: number;
}

/** The declaration of `graft hash-password`. */
export function hashPassword(): Command {
  return new Command("hash-password")
    .summary("Hash a password for the accounts of a config.")
    .description(
      "Print the hash of a password, for `basic_auth` and the accounts of `http_basic`. The " +
        "password is asked for, or is the first line of standard input.",
    )
    .option("-p, --plaintext <password>", "the password; others on this machine can see it here")
    .option("-a, --algorithm <name>", "bcrypt or argon2id", "bcrypt")
    .option("--bcrypt-cost <n>", "each more is twice the work", within(4, 31), 14)
    .option("--argon2id-time <n>", "how often the memory is gone through", within(1, 1000), 1)
    .option("--argon2id-memory <KiB>", "how much memory it takes", within(8, 2 ** 21), 46 * 1024)
    .option("--argon2id-threads <n>", "on how many lanes", within(1, 255), 1)
    .option("--argon2id-keylen <bytes>", "how long the hash is", within(5, 1024), 32)
    .addHelpText(
      "after",
      examples([
        ["graft hash-password", "ask for the password, and print its hash"],
        ["graft hash-password --algorithm argon2id < secret", "read it from a file"],
      ]),
    )
    .action(async (flags: HashFlags) => {
      await (await import("./hashing.js")).printHash(flags);
    });
}

/** Reads a whole number between two others. */
function within(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

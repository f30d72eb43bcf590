// `try_policy`: which of the files that `try_files` names is taken. The policies that take the first
// ask the disk no further; the others compare all there are. A directory is taken for a directory
// only where one is asked for, whatever the policy.

import type { Stats } from "node:fs";
import type { Context } from "../../../engine/index.js";
import { type Exchange, HttpError } from "../exchange.js";
import { lookNow } from "../fileserver/now.js";
import { isStatus } from "../status.js";
import { type Candidate, compileEntry, type Entry, type Split } from "./file-entry.js";

/** The policies; none is the first of them. */
export const POLICIES = [
  "first_exist",
  "first_exist_fallback",
  "smallest_size",
  "largest_size",
  "most_recently_modified",
  "",
] as const;

/** One of the policies. */
export type Policy = (typeof POLICIES)[number];

/** What compiling `try_files` takes. */
export type Compiling = Pick<Context, "env" | "clock" | "log" | "fail">;

/** The file to take below a root; undefined when there is none. */
export type Choose = (exchange: Exchange, root: string) => Candidate | undefined;

/** Says whether one is to be taken rather than another. */
type Better = (one: Stats, other: Stats) => boolean;

const COMPARING: Readonly<Partial<Record<Policy, Better>>> = {
  smallest_size: (one, other) => one.size < other.size,
  largest_size: (one, other) => one.size > other.size,
  most_recently_modified: (one, other) => one.mtimeMs > other.mtimeMs,
};

/** Compile the entries of `try_files`, which are not empty, under a policy. */
export function compileChoice(
  texts: readonly string[],
  policy: Policy,
  split: Split,
  context: Compiling,
): Choose {
  const isBetter = COMPARING[policy];
  if (isBetter !== undefined) {
    warnOfStatuses(texts, policy, context);
    return best(
      texts.map((text) => compileEntry(text, split, context)),
      isBetter,
    );
  }
  const entries = texts.map(
    (text, i) => compileStatus(text, i, context) ?? compileEntry(text, split, context),
  );
  return first(entries, policy === "first_exist_fallback" ? entries.length - 1 : -1);
}

/** The first that exists. At `fallback` anything will do that has the name. */
function first(entries: readonly Entry[], fallback: number): Choose {
  return (exchange, root) => {
    for (let i = 0; i < entries.length; i++) {
      const found = (entries[i] as Entry)(exchange, root, i === fallback ? isAnything : exists);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function exists({ path, isDirectory }: Candidate): boolean {
  return lookNow(path)?.isDirectory() === isDirectory;
}

function isAnything({ path, isDirectory }: Candidate): boolean {
  return lookNow(isDirectory ? `${path}/` : path) !== undefined;
}

/** The best of all; of equals the one that is named first. */
function best(entries: readonly Entry[], isBetter: Better): Choose {
  return (exchange, root) => {
    let chosen: Candidate | undefined;
    let seen: Stats | undefined;
    const compare = (candidate: Candidate) => {
      const stats = lookNow(candidate.path);
      if (stats?.isDirectory() !== candidate.isDirectory) return false;
      if (seen !== undefined && !isBetter(stats, seen)) return false;
      chosen = candidate;
      seen = stats;
      return false;
    };
    for (const entry of entries) entry(exchange, root, compare);
    return chosen;
  };
}

/** `=404` as an entry that fails the request; undefined for the name of a file. */
function compileStatus(text: string, i: number, context: Compiling): Entry | undefined {
  const status = statusIn(text);
  if (status === undefined) return undefined;
  if (!isStatus(status)) {
    context.fail(["try_files", String(i)], `${status} is no status`, "write =200 to =999");
  }
  return () => {
    throw new HttpError(status, text.slice(1));
  };
}

/** The status that a text asks for. What cannot be one names a file, as in Caddy. */
function statusIn(text: string): number | undefined {
  const [, digits] = /^=(\+?\d{1,9})$/.exec(text) ?? [];
  const status = Number(digits);
  return status >= 100 && status <= 999 ? status : undefined;
}

/** Under these policies nothing comes last. */
function warnOfStatuses(texts: readonly string[], policy: Policy, { log }: Compiling): void {
  for (const text of texts) {
    if (statusIn(text) === undefined) continue;
    log.warn("an entry is the name of a file and no status under this policy", { text, policy });
  }
}

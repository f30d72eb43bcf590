// What a command that failed says, and the code it exits with. A person reads one line for each
// thing that is wrong; a stack is for us, and shown only when the fault is ours.

import type { Issue } from "../document/index.js";

/** The exit codes, which service managers are told to act upon. */
export const ExitCode = {
  ok: 0,
  /** It did not work, and will not the next time: do not retry. */
  failed: 1,
  /** A second signal, or SIGQUIT, ended the process at once. */
  forced: 2,
  /** Work in flight had to be cut when the process stopped. */
  unclean: 3,
} as const;

/** Something that the person at the command line can mend. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  constructor(
    message: string,
    /** What to do about it. */
    readonly hint?: string,
    readonly exitCode: number = ExitCode.failed,
  ) {
    super(message);
  }
}

/** How many issues of a config are listed before the rest is only counted. */
const MAX_LISTED = 20;

/** An error as the lines that a person reads. */
export async function describeFailure(error: unknown): Promise<readonly string[]> {
  const { ConfigError, ParseError } = await import("../document/index.js");
  if (error instanceof ConfigError) return describeIssues(error.issues);
  if (error instanceof CommandError) {
    return [`${error.message}${error.hint === undefined ? "" : ` (${error.hint})`}`];
  }
  if (!(error instanceof Error)) return [String(error)];
  const expected = error instanceof ParseError || "code" in error || OURS.has(error.name);
  return [expected ? error.message : (error.stack ?? error.message)];
}

/** Errors of the library that are meant for people. */
const OURS: ReadonlySet<string> = new Set(["StoreError"]);

/** The issues of a config, each with its place in the file where that is known. */
export async function describeIssues(issues: readonly Issue[]): Promise<readonly string[]> {
  const { describeIssue, printPlace } = await import("../document/index.js");
  const lines = issues
    .slice(0, MAX_LISTED)
    .map((issue) => `${printPlace(issue.place ?? {})}${describeIssue(issue)}`);
  const more = issues.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

/** Write lines for a person to standard error. */
export function complain(lines: readonly string[]): void {
  process.stderr.write(lines.map((line) => `graft: ${line}\n`).join(""));
}

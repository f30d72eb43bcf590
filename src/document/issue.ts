// What is wrong, and where. Every refusal in the project is one of these errors; anything else that
// is thrown is our own fault and is logged with its stack.

import { type Path, printPath } from "./steps.js";

/** A place in a text that a person wrote: file (when known), line and column, both from 1. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** One thing that is wrong with a document. */
export interface Issue {
  /** Where in the document; it pastes after `/config`. */
  readonly path: Path;
  /** What was wanted and what was found, as a sentence without its place. */
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
  /** Where in the text that the document was made from. */
  readonly place?: Place;
}

/** A document that cannot be used. Carries every issue that was found, the first one first. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly issues: readonly Issue[];

  constructor(issues: Issue | readonly Issue[]) {
    const all = Array.isArray(issues) ? (issues as readonly Issue[]) : [issues as Issue];
    super(all.slice(0, 10).map(describeIssue).join("; "));
    this.issues = all;
  }
}

/** An issue as one line: `/apps/http: what is wrong (what to write)`. */
export function describeIssue(issue: Issue): string {
  const where = issue.path.length > 0 ? `${printPath(issue.path)}: ` : "";
  return `${where}${issue.message}${issue.hint === undefined ? "" : ` (${issue.hint})`}`;
}

/** A text that cannot be read: not the format, not UTF-8, too large or too deep. */
export class ParseError extends Error {
  override readonly name = "ParseError";
  constructor(
    readonly reason: string,
    readonly place: Place = {},
  ) {
    super(`${printPlace(place)}${reason}`);
  }
}

/** `file:line:column: `, as much of it as is known. */
export function printPlace(place: Place): string {
  const parts = [place.file, place.line, place.line && place.column].filter((x) => x !== undefined);
  return parts.length > 0 ? `${parts.join(":")}: ` : "";
}

/** `file:line`, as much of it as is known. */
export function printLine({ file, line }: Place): string {
  return [file, line].filter((part) => part !== undefined).join(":");
}

/** Why a path could not be followed or edited. */
export type PathFault =
  /** Something on the way, or at the end, is not there. */
  | "missing"
  /** Something on the way is a value that holds nothing. */
  | "scalar"
  /** An array was addressed with something that is not a canonical index. */
  | "index"
  /** What should be created is there already. */
  | "exists"
  /** The payload is not of the kind that the edit needs. */
  | "payload";

/** An edit or a lookup that does not fit the document. */
export class PathError extends Error {
  override readonly name = "PathError";
  constructor(
    readonly path: Path,
    readonly fault: PathFault,
    readonly reason: string,
  ) {
    super(`${printPath(path) || "/"}: ${reason}`);
  }
}

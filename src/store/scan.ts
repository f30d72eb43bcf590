// Reading a segment's bytes: which of its lines are intact and follow each other, and what document
// they add up to. Pure; what to do about damage is decided in `recover.ts`.

import type { Json } from "../document/index.js";
import { messageOf, UnknownRecord } from "./error.js";
import { type Header, readHeader } from "./record.js";
import { Replay } from "./replay.js";

/** Where a segment stops being what was written. */
export interface Flaw {
  readonly at: number;
  /** The rest is the beginning of one line: what a killed process leaves, never acknowledged. */
  readonly torn: boolean;
  readonly reason: string;
}

/** The intact lines of a segment. */
export interface Scan {
  /** The revision whose document the first line holds; undefined when that line is not intact. */
  readonly first: number | undefined;
  /** Where each intact line begins, and behind them where the last one ends. */
  readonly offsets: number[];
  readonly flaw: Flaw | undefined;
}

/** Find the lines of a segment that are intact and in sequence, from its beginning on. */
export function scan(bytes: Buffer): Scan {
  const offsets = [0];
  let first: number | undefined;
  let at = 0;
  const upTo = (flaw: Flaw | undefined): Scan => ({ first, offsets, flaw });
  while (at < bytes.length) {
    const end = bytes.indexOf(NEWLINE, at);
    if (end < 0) return upTo({ at, torn: true, reason: "a record is incomplete" });
    const header = readHeader(bytes.subarray(at, end));
    const reason = wrongWith(header, first, offsets.length - 1);
    if (reason !== undefined) return upTo({ at, torn: false, reason });
    first ??= header?.number;
    at = end + 1;
    offsets.push(at);
  }
  return upTo(undefined);
}

/** What a segment's intact lines add up to. */
export interface Replayed extends Scan {
  readonly first: number;
  readonly document: Json;
}

/**
 * Apply the revisions of a segment to its document; one that does not apply is a flaw like others.
 */
export function replay(bytes: Buffer): Replayed | undefined {
  const { first, offsets, flaw } = scan(bytes);
  if (first === undefined) return undefined;
  const line = (index: number) => bytes.subarray(offsets[index], (offsets[index + 1] ?? 0) - 1);
  const document = new Replay(line(0));
  for (let index = 1; index < offsets.length - 1; index++) {
    try {
      document.apply(line(index));
    } catch (cause) {
      if (cause instanceof UnknownRecord) throw cause;
      const at = offsets[index] as number;
      const before = replay(bytes.subarray(0, at));
      const reason = `its patch does not apply: ${messageOf(cause)}`;
      return before && { ...before, flaw: { at, torn: false, reason } };
    }
  }
  return { first, document: document.finish(), offsets, flaw };
}

/** The revision that a segment's intact lines end with. */
export function lastOf({ first, offsets }: { first: number; offsets: readonly number[] }): number {
  return first + offsets.length - 2;
}

/** The lowest number among the intact revisions from an offset on, and the highest. */
export function numbersBehind(bytes: Buffer, from: number): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (let at = from, end: number; at < bytes.length; at = end + 1) {
    end = bytes.indexOf(NEWLINE, at);
    if (end < 0) break;
    const header = readHeader(bytes.subarray(at, end));
    if (header?.kind !== "revision") continue;
    low = Math.min(low, header.number);
    high = Math.max(high, header.number);
  }
  return { low, high };
}

/** The byte that ends a line. */
const NEWLINE = 10;

/** Why a line cannot follow on `index` others, or undefined when it can. */
function wrongWith(
  header: Header | undefined,
  first: number | undefined,
  index: number,
): string | undefined {
  if (header === undefined) return "a record does not match its checksum";
  if (first === undefined) {
    return header.kind === "document" ? undefined : "it does not begin with a document";
  }
  const expected = first + index;
  if (header.kind === "revision" && header.number === expected) return undefined;
  return `expected revision ${expected}, found ${header.kind} ${header.number}`;
}

// Opening a store's directory whatever state it was left in. A killed process leaves a torn line or
// half a rotation: both are finished here without loss. Anything else is damage: a copy of the
// damaged file is put aside, all that is provably intact is used, and the report says what was
// lost.

import { join } from "node:path";
import type { Json } from "../document/index.js";
import { hasCode, isLeftoverOf, type OpenFile } from "../platform/index.js";
import { ignoreMissing } from "./error.js";
import { type Home, historyPath, listHistory } from "./home.js";
import { encodeDocument } from "./record.js";
import { type Flaw, lastOf, numbersBehind, type Replayed, replay, scan } from "./scan.js";
import { Tail, writeNext } from "./tail.js";

/** A directory that is in order, and the document in it. */
export interface Recovered {
  readonly tail: Tail;
  /** The document after the last revision; null when there is none yet. */
  readonly document: Json;
  /** What had to be mended. */
  readonly reports: readonly string[];
}

/** Put a directory in order, and read it. */
export async function recover(home: Home): Promise<Recovered> {
  const reports: string[] = [];
  await home.files.makeDirectory(home.history);
  await tidy(home, reports);
  const found = replay(await home.files.read(home.journal)) ?? (await renewHead(home, reports));
  await setAsideUnrelated(home, found.first, reports);
  const file = await home.files.open(home.journal, "write");
  try {
    if (found.flaw !== undefined) await cutOff(home, file, found, found.flaw, reports);
  } catch (cause) {
    await file.close();
    throw cause;
  }
  const tail = new Tail(home, home.journal, found.first, file, found.offsets);
  return { tail, document: found.document, reports };
}

/** Remove what a killed process left lying about, and see to it that there is a journal. */
async function tidy(home: Home, reports: string[]): Promise<void> {
  const names = await home.files.list(home.directory);
  for (const name of names.filter((name) => isLeftoverOf("autosave.json", name))) {
    await home.files.remove(join(home.directory, name));
  }
  if (!names.includes("journal.ndjson")) return finishRotation(home, reports);
  if (names.includes("journal.next")) await home.files.remove(home.next);
}

/**
 * The journal is on its way between two names: whichever segment holds the latest revision becomes
 * it.
 */
async function finishRotation(home: Home, reports: string[]): Promise<void> {
  const newest = (await listHistory(home)).at(-1);
  const old = newest === undefined ? home.journal : historyPath(home, newest);
  const oldLast = await lastRevisionIn(home, old);
  const nextLast = await lastRevisionIn(home, home.next);
  if (nextLast >= 0 && nextLast >= oldLast) {
    await home.files.rename(home.next, home.journal);
  } else {
    await home.files.remove(home.next).catch(ignoreMissing);
    if (oldLast < 0) return create(home);
    await home.files.rename(old, home.journal);
    await home.files.syncDirectory(home.history);
  }
  await home.files.syncDirectory(home.directory);
  if (newest !== undefined)
    reports.push("journal.ndjson: finished a rotation that was interrupted");
}

/** The first journal of a new directory: no document, no revision. */
async function create(home: Home): Promise<void> {
  await install(home, [await encodeDocument(0, home.clock.now(), [Buffer.from("null")])]);
}

/** The last revision that is intact in a segment; -1 when there is no such segment. */
async function lastRevisionIn(home: Home, path: string): Promise<number> {
  try {
    const { first, offsets } = scan(await home.files.read(path));
    return first === undefined ? -1 : lastOf({ first, offsets });
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return -1;
    throw cause;
  }
}

/** Cut the journal off where it stops being intact. */
async function cutOff(
  home: Home,
  file: OpenFile,
  found: Replayed,
  flaw: Flaw,
  reports: string[],
): Promise<void> {
  const bytes = await home.files.read(home.journal);
  const last = lastOf(found);
  if (flaw.torn) {
    const torn = bytes.length - flaw.at;
    reports.push(
      `journal.ndjson: cut off ${torn} bytes of a record that was being written after revision ` +
        `${last} and never acknowledged`,
    );
  } else {
    const { high } = numbersBehind(bytes, flaw.at);
    const lost = high > last ? `revisions ${last + 1} to ${high} are` : "what came after it is";
    reports.push(
      `journal.ndjson is damaged behind revision ${last}, at byte ${flaw.at} (${flaw.reason}): ` +
        `${lost} lost; ${await putAside(home)}`,
    );
  }
  await file.truncate(flaw.at);
  await file.datasync();
}

/**
 * The journal's document is damaged, but the segment before it ends with that same document: write
 * the journal anew from there, with the revisions that follow on it. Without one, begin at nothing.
 */
async function renewHead(home: Home, reports: string[]): Promise<Replayed> {
  const bytes = await home.files.read(home.journal);
  const base = await endOfHistory(home);
  const number = base === undefined ? 0 : lastOf(base);
  const following = bytes.subarray(bytes.indexOf("\n") + 1 || bytes.length);
  const { low, high } = numbersBehind(following, 0);
  const kept = low === number + 1 ? following : Buffer.alloc(0);
  const result = outcome(number, high, kept.length > 0);
  reports.push(
    `journal.ndjson is damaged where its document stands: ${result}; ${await putAside(home)}`,
  );
  const text = home.pieces(base?.document ?? null, []);
  await install(home, [await encodeDocument(number, home.clock.now(), text), kept]);
  const renewed = replay(await home.files.read(home.journal));
  if (renewed === undefined) throw new Error(`${home.journal} is damaged again, just written`);
  return renewed;
}

function outcome(base: number, high: number, followed: boolean): string {
  if (followed) return `it was rebuilt up to revision ${high}`;
  const lost = high > base ? `, and the revisions up to ${high} are lost` : "";
  if (base > 0) return `it was rebuilt up to revision ${base}${lost}`;
  return `nothing in it can be used${lost}, and there is no history to rebuild it from`;
}

/** Make a journal of these bytes, in the place of the one that may be there. */
async function install(home: Home, content: readonly Buffer[]): Promise<void> {
  const file = await writeNext(home, content);
  await file.close();
  await home.files.rename(home.next, home.journal);
  await home.files.syncDirectory(home.directory);
}

/** What the newest usable segment of the history adds up to. */
async function endOfHistory(home: Home): Promise<Replayed | undefined> {
  for (const first of (await listHistory(home)).reverse()) {
    const found = replay(await home.files.read(historyPath(home, first)));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * History that begins where the journal does, or later, comes from elsewhere: say, from before an
 * older journal was put back by hand. Its revisions must not be taken for those of this journal.
 */
async function setAsideUnrelated(home: Home, first: number, reports: string[]): Promise<void> {
  for (const other of (await listHistory(home)).filter((number) => number >= first)) {
    const path = historyPath(home, other);
    await home.files.rename(path, `${path}.unrelated`);
    reports.push(
      `history/${other}.ndjson does not precede journal.ndjson, which begins with ${first}`,
    );
  }
}

/** Copy the damaged journal, and the snapshot that may be newer than what is left of it. */
async function putAside(home: Home): Promise<string> {
  const names = await home.files.list(home.directory);
  let count = 1;
  while (names.some((name) => name.includes(`.damaged-${count}.`))) count++;
  const journal = `journal.damaged-${count}.ndjson`;
  await home.files.copy(home.journal, join(home.directory, journal));
  const kept = `the damaged file is kept as ${journal}`;
  if (!names.includes("autosave.json")) return kept;
  const autosave = `autosave.damaged-${count}.json`;
  await home.files.copy(home.autosave, join(home.directory, autosave));
  return `${kept}, and autosave.json, which may be newer, as ${autosave}`;
}

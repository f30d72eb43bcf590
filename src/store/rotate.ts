// Rotation: when the revisions outweigh the document, a new segment begins with the document as it
// is now, and the old one becomes history. The order of the steps is what makes a kill between any
// two of them harmless: first the new segment is on disk under a name of its own, then the old one
// moves away, then the new one takes its name. `recover.ts` finishes what was left half way.

import type { Json } from "../document/index.js";
import { ignoreMissing, messageOf, StoreError } from "./error.js";
import { type Home, historyPath } from "./home.js";
import { beginNext, discardNext, type Tail } from "./tail.js";

/** Begin a new segment with `document`, the one after the last revision of `old`. */
export async function rotate(home: Home, old: Tail, document: Json): Promise<Tail> {
  const fresh = await beginNext(home, old.last, document);
  try {
    await moveAway(home, old);
    await takeOver(home, fresh);
  } catch (cause) {
    await moveBack(home, old);
    await discardNext(home, fresh.segment);
    throw new StoreError(`the journal could not be rotated: ${messageOf(cause)}`, { cause });
  }
  return fresh;
}

/**
 * Begin the journal anew when `old` was taken away, so that what comes next is on disk. What `old`
 * held can be read as long as it is open.
 */
export async function renew(home: Home, old: Tail, document: Json): Promise<Tail> {
  await home.files.makeDirectory(home.history);
  await home.files.remove(home.next).catch(ignoreMissing);
  const fresh = await beginNext(home, old.last, document);
  try {
    await takeOver(home, fresh);
  } catch (cause) {
    await discardNext(home, fresh.segment);
    throw cause;
  }
  old.segment.nameless = true;
  return fresh;
}

async function moveAway(home: Home, old: Tail): Promise<void> {
  const to = historyPath(home, old.first);
  await home.files.rename(old.segment.path, to);
  old.segment.path = to;
  await home.files.syncDirectory(home.history);
}

/**
 * From the rename on the new segment is the journal, so a failure to sync the directory is no
 * longer a reason to go back: whichever name a power cut leaves it, both segments are complete.
 */
async function takeOver(home: Home, fresh: Tail): Promise<void> {
  await home.files.syncDirectory(home.directory);
  await home.files.rename(home.next, home.journal);
  fresh.segment.path = home.journal;
  await home.files.syncDirectory(home.directory).catch((cause) => {
    home.log.warn("a directory could not be synced after rotating the journal", { error: cause });
  });
}

/** If even this fails, the old segment is appended to where it is, and found there by recovery. */
async function moveBack(home: Home, old: Tail): Promise<void> {
  if (old.segment.path === home.journal) return;
  try {
    await home.files.rename(old.segment.path, home.journal);
    old.segment.path = home.journal;
  } catch (cause) {
    home.log.warn("the journal stays in the history directory for now", { error: cause });
  }
}

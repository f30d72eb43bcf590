// `autosave.json`: the document as people and other tools read it. The journal is what counts, so
// this follows in the background, seldom and preferably in a quiet moment: making the text of a
// large document takes longer than a change does.

import type { Json } from "../document/index.js";
import { writeFileAtomic } from "../platform/index.js";
import { messageOf } from "./error.js";
import type { Home } from "./home.js";
import { gathered } from "./paced.js";

/** How long after a change the snapshot is looked at (milliseconds). */
const WAIT_MS = 1000;
/** How often it is put off while changes keep coming. */
const PATIENCE = 5;

/** Keeps a file equal to the latest document, with a delay. */
export class Autosave {
  #latest: Json | undefined;
  #written: Json | undefined;
  #cancel: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly home: Home,
    /** Whether a document is to be saved at all. */
    private readonly wanted: (document: Json) => boolean,
  ) {}

  /** There is a new document. */
  changed(document: Json): void {
    this.#latest = document;
    if (this.#cancel === undefined) this.#wait(document, PATIENCE);
  }

  /** Write what is not written yet, and do not wait any more. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#save();
  }

  #wait(seen: Json, patience: number): void {
    this.#cancel = this.home.clock.after(WAIT_MS, () => {
      const busy = this.#latest !== seen;
      if (busy && patience > 0) return this.#wait(this.#latest as Json, patience - 1);
      this.#cancel = undefined;
      void this.#save();
    });
  }

  /** Writes follow each other. A failed one is made good by the next change, or on closing. */
  #save(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      const document = this.#latest;
      if (document === undefined || document === this.#written || !this.wanted(document)) return;
      try {
        const { autosave, files, pieces } = this.home;
        await writeFileAtomic(autosave, await gathered(pieces(document, [])), files);
        this.#written = document;
      } catch (cause) {
        this.home.log.warn(`${this.home.autosave} was not written`, { reason: messageOf(cause) });
      }
    });
    return this.#writing;
  }
}

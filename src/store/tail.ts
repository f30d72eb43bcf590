// The segment that is appended to. An append is on disk in full, or the file is as it was before.

import type { Json } from "../document/index.js";
import type { OpenFile } from "../platform/index.js";
import type { Home } from "./home.js";
import { encodeDocument } from "./record.js";
import { Segment } from "./segment.js";

/** The writing side of the newest segment. */
export class Tail {
  /** Where acknowledged lines end. Behind it there may be what a failed write left. */
  #end: number;
  /** A failed write could not be taken back yet. */
  #soiled = false;
  readonly segment: Segment;

  constructor(
    private readonly home: Home,
    path: string,
    readonly first: number,
    private readonly file: OpenFile,
    /** Where each line begins, and behind them the end; grows with each append. */
    private readonly offsets: number[],
  ) {
    this.#end = offsets.at(-1) ?? 0;
    this.segment = Segment.known(home.files, home.log, path, first, file, offsets);
  }

  /** The last revision it holds. */
  get last(): number {
    return this.first + this.offsets.length - 2;
  }

  /** How many bytes its document takes. */
  get documentBytes(): number {
    return this.offsets[1] ?? 0;
  }

  /** How many bytes its revisions take. */
  get revisionBytes(): number {
    return this.#end - this.documentBytes;
  }

  /**
   * Whether it is still the file with its name and holds what was written: somebody may have removed
   * or emptied it, or put another in its place.
   */
  async whereabouts(): Promise<"in place" | "gone" | "replaced"> {
    const [here, named] = await Promise.all([
      this.file.facts(),
      this.home.files.facts(this.segment.path),
    ]);
    if (named === undefined) return "gone";
    if (named.identity !== here.identity) return "replaced";
    return named.length < this.#end ? "gone" : "in place";
  }

  /** Write lines behind the others. When this rejects, none of them is there. */
  async append(lines: readonly Buffer[]): Promise<void> {
    if (this.#soiled) await this.#takeBack();
    try {
      await this.file.write(lines, this.#end);
      await this.file.datasync();
    } catch (cause) {
      this.#soiled = true;
      await this.#takeBack().catch(() => {}); // the next append tries again; `cause` tells more
      throw cause;
    }
    for (const line of lines) {
      this.#end += line.length;
      this.offsets.push(this.#end);
    }
  }

  async #takeBack(): Promise<void> {
    await this.file.truncate(this.#end);
    await this.file.datasync();
    this.#soiled = false;
  }
}

/** Write a new segment to `journal.next`: a document that revisions can follow on. */
export async function beginNext(home: Home, first: number, document: Json): Promise<Tail> {
  const head = await encodeDocument(first, home.clock.now(), home.pieces(document, []));
  const file = await writeNext(home, [head]);
  return new Tail(home, home.next, first, file, [0, head.length]);
}

/**
 * Write `journal.next`. It is on disk when this resolves, and gone when it rejects, as far as the
 * disk allows.
 */
export async function writeNext(home: Home, content: readonly Buffer[]): Promise<OpenFile> {
  const file = await home.files.open(home.next, "create");
  try {
    await file.write(content, 0);
    await file.datasync();
    await home.files.syncDirectory(home.directory);
    return file;
  } catch (cause) {
    await discardNext(home, file);
    throw cause;
  }
}

/** Give `journal.next` up. What cannot be removed now is removed when the store is opened. */
export async function discardNext(home: Home, file: Pick<OpenFile, "close">): Promise<void> {
  await file.close().catch(() => {});
  await home.files.remove(home.next).catch(() => {});
}

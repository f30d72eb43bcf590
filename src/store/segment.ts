// One file of the journal: a document, and the revisions that follow on it. This is its reading
// side: an index of where its lines begin, and the lines themselves, a few at a time.

import type { Files, Log, OpenFile } from "../platform/index.js";
import { readHeader } from "./record.js";
import { lastOf, scan } from "./scan.js";

/** A segment of the journal. It keeps its file open, so a reader need not care where it moves. */
export class Segment {
  #file: Promise<OpenFile> | undefined;
  #offsets: Promise<number[]> | undefined;
  #closed = false;
  /** Somebody took its name away: it is read while it is open, and there is nothing to remove. */
  nameless = false;

  private constructor(
    private readonly files: Files,
    private readonly log: Log,
    /** Where the file is now. */
    public path: string,
    /** The revision whose document it begins with. */
    readonly first: number,
  ) {}

  /** A segment that is read and verified when somebody asks for it. */
  static unread(files: Files, log: Log, path: string, first: number): Segment {
    return new Segment(files, log, path, first);
  }

  /** A segment whose lines are known, and its open file, which it closes from now on. */
  static known(
    files: Files,
    log: Log,
    path: string,
    first: number,
    file: OpenFile,
    offsets: number[],
  ): Segment {
    const segment = new Segment(files, log, path, first);
    segment.#file = Promise.resolve(file);
    segment.#offsets = Promise.resolve(offsets);
    return segment;
  }

  /** The last revision it can give. */
  async last(): Promise<number> {
    return lastOf({ first: this.first, offsets: await this.#index() });
  }

  /** Its lines from one index to before another, without newlines. Line 0 is the document. */
  async lines(from: number, to: number): Promise<Buffer[]> {
    const offsets = (await this.#index()).slice(from, to + 1);
    const start = offsets[0] ?? 0;
    const bytes = Buffer.allocUnsafe((offsets.at(-1) ?? 0) - start);
    const file = await this.#open();
    const length = await file.read(bytes, start);
    if (length < bytes.length) throw new Error(`${this.path} has become shorter`);
    return offsets.slice(0, -1).map((at, i) => {
      const line = bytes.subarray(at - start, (offsets[i + 1] as number) - start - 1);
      if (readHeader(line)?.number === this.first + from + i) return line;
      throw new Error(`${this.path} is damaged at revision ${this.first + from + i}`);
    });
  }

  /** Close its file. It cannot be read any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#file)?.close();
  }

  async #open(): Promise<OpenFile> {
    if (this.#closed) throw new Error(`${this.path} is closed`);
    this.#file ??= this.files.open(this.path, "read").catch((cause) => {
      this.#file = undefined; // it may go better the next time
      throw cause;
    });
    return this.#file;
  }

  /** Where its lines begin; found once. Of a damaged segment the intact part is what there is. */
  #index(): Promise<number[]> {
    this.#offsets ??= this.#verify().catch((cause) => {
      this.#offsets = undefined;
      throw cause;
    });
    return this.#offsets;
  }

  async #verify(): Promise<number[]> {
    const { first, offsets, flaw } = scan(await this.files.read(this.path));
    const intact = first === this.first ? offsets : [0];
    if (flaw !== undefined || first !== this.first) {
      this.log.warn(`${this.path} is damaged; the revisions behind the damage cannot be read`, {
        reason: flaw?.reason ?? `it begins with revision ${first}`,
        last_intact: lastOf({ first: this.first, offsets: intact }),
      });
    }
    return intact;
  }
}

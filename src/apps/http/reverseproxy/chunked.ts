// Decodes the chunked transfer coding (RFC 9112, 7.1), strictly: what a lenient reader and a strict
// one would read differently is refused.

import { protocolError } from "./errors.js";
import { headEnd, parseFields } from "./head.js";

/** How long the line with a chunk's size may be, its extensions included (bytes). */
const MAX_SIZE_LINE = 4096;
const SIZE_LINE = /^([0-9a-fA-F]{1,12})[ \t]*(?:;[^\x00-\x08\x0a-\x1f\x7f]*)?$/;

type State = "size" | "data" | "data-end" | "trailers" | "done";

/** A decoder for one body. */
export class ChunkedDecoder {
  /** The fields after the last chunk, once `done`. */
  trailers: readonly string[] = [];
  #state: State = "size";
  /** Bytes of the current chunk that are still to come. */
  #left = 0;
  /** The beginning of a line, or of the trailers, whose end has not come yet. */
  #partial = "";

  constructor(readonly maxTrailerBytes: number) {}

  get done(): boolean {
    return this.#state === "done";
  }

  /**
   * Take bytes from `offset` on, hand data to `emit`, and return the index of the first not taken.
   */
  push(bytes: Buffer, offset: number, emit: (data: Buffer) => void): number {
    let at = offset;
    while (at < bytes.length && this.#state !== "done") {
      if (this.#state === "data") at = this.#data(bytes, at, emit);
      else if (this.#state === "trailers") at = this.#trailers(bytes, at);
      else at = this.#line(bytes, at);
    }
    return at;
  }

  #data(bytes: Buffer, at: number, emit: (data: Buffer) => void): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#left -= end - at;
    if (this.#left === 0) this.#state = "data-end";
    emit(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
    return end;
  }

  /** The line with a chunk's size, or the empty one after its data. */
  #line(bytes: Buffer, at: number): number {
    const lf = bytes.indexOf(0x0a, at);
    const end = lf < 0 ? bytes.length : lf + 1;
    if (this.#partial.length + end - at > MAX_SIZE_LINE) throw protocolError("an overlong chunk");
    this.#partial += bytes.toString("latin1", at, end);
    if (lf >= 0) this.#takeLine();
    return end;
  }

  #takeLine(): void {
    if (!this.#partial.endsWith("\r\n")) throw protocolError("a chunk's line does not end in CRLF");
    const line = this.#partial.slice(0, -2);
    this.#partial = "";
    if (this.#state === "data-end") {
      if (line !== "") throw protocolError("a chunk is longer than its size");
      this.#state = "size";
      return;
    }
    const size = SIZE_LINE.exec(line)?.[1];
    if (size === undefined) throw protocolError("a chunk has no size");
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left > 0 ? "data" : "trailers";
    // So that no trailers at all look like any other section that an empty line ends.
    if (this.#left === 0) this.#partial = "\n";
  }

  #trailers(bytes: Buffer, at: number): number {
    const before = this.#partial.length;
    const taken = bytes.subarray(at, at + this.maxTrailerBytes + 2 - before);
    const section = Buffer.concat([Buffer.from(this.#partial, "latin1"), taken]);
    const end = headEnd(section, 0, section.length);
    if (end < 0) {
      if (section.length > this.maxTrailerBytes) throw protocolError("its trailers are too large");
      this.#partial = section.toString("latin1");
      return at + taken.length;
    }
    this.trailers = parseFields(section.toString("latin1", 1, end), 0);
    this.#state = "done";
    return at + end - before;
  }
}

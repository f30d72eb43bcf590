// Where the bytes of an upstream arrive. Node makes a buffer for each read; passing a large answer on
// is hardly more than reading and writing, and the making of buffers would be a good part of it. Here
// a buffer is read into again as soon as nothing refers to what was in it.

import type { OnReadOpts, Socket } from "node:net";

/** Takes what was read. True: nothing refers to the bytes any longer. False: it keeps them. */
export type Taker = (bytes: Buffer) => boolean;

/** What a connection reads into at first: most answers are no larger (bytes). */
const SMALL = 16 * 1024;
/** What it reads the rest of a larger answer into (bytes). */
const LARGE = 128 * 1024;
/** How many large buffers are kept for the next large answers. */
const MAX_SPARE = 8;

/** Large buffers that nobody reads into at the moment. */
export class SpareBuffers {
  readonly #buffers: Buffer[] = [];

  take(): Buffer {
    return this.#buffers.pop() ?? Buffer.allocUnsafeSlow(LARGE);
  }

  give(buffer: Buffer): void {
    if (this.#buffers.length < MAX_SPARE) this.#buffers.push(buffer);
  }
}

/** The buffers that one socket reads into. */
export class Landing {
  /** For `connect`: the socket reads by this instead of being a stream. */
  readonly onread: OnReadOpts = {
    buffer: () => this.#current,
    callback: (count, buffer) => this.#land(buffer as Buffer, count),
  };
  #small: Buffer = Buffer.allocUnsafeSlow(SMALL);
  #current = this.#small;
  /** The present answer has filled the small buffer. */
  #large = false;
  #take: Taker = () => true;
  #stream: Socket | undefined;

  constructor(readonly spare: SpareBuffers) {}

  /** Give what is read to this taker. */
  deliverTo(take: Taker): void {
    this.#take = take;
  }

  /** What is read from here on is another answer, and may be small. */
  settle(): void {
    this.#large = false;
  }

  /** Make a stream of the socket after all. */
  becomeStream(socket: Socket): void {
    this.#stream = socket;
    this.#large = false;
  }

  /** False stops the reading until the stream is read from. */
  #land(buffer: Buffer, count: number): boolean {
    const bytes = buffer.subarray(0, count);
    if (this.#stream !== undefined) return this.#stream.push(Buffer.from(bytes));
    if (count === buffer.length) this.#large = true;
    this.#turn(buffer, this.#take(bytes));
    return true;
  }

  /** Choose what to read into next. */
  #turn(buffer: Buffer, free: boolean): void {
    const isSmall = buffer === this.#small;
    if (isSmall && !free) this.#small = Buffer.allocUnsafeSlow(SMALL);
    if (!isSmall && free && this.#large) return;
    if (!isSmall && free) this.spare.give(buffer);
    this.#current = this.#large ? this.spare.take() : this.#small;
  }
}

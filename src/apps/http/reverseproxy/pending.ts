// An answer that waits while the `handle_response` routes of a proxy look at it. Its body is read
// ahead a little: most that are looked at are short, and their connection is free again at once,
// however long those routes, and what comes after the proxy, may take.

import type { Duplex } from "node:stream";
import { type Exchange, HttpError } from "../exchange.js";
import type { Next } from "../module.js";
import type { Routes } from "../routes.js";
import type { UpstreamAnswer } from "../upstream-answer.js";
import { giveUp, toThrow } from "./failures.js";
import type { Answer } from "./reader.js";
import { passableFields } from "./response-head.js";

/** How much of a body is read while its answer waits (bytes). */
const READ_AHEAD = 64 * 1024;

/** Has the rest of the answer. */
export interface Source {
  /** Send the answer under this status. Resolves when it is over, with what kept it from the client. */
  release(status: number): Promise<Error | undefined>;
  /** The client gets something else. */
  drop(): void;
}

/** The other end of a connection that has switched protocols. */
export interface Upgraded {
  readonly upstream: Duplex;
  readonly first: Buffer;
}

/** An answer that waits. */
export class PendingAnswer implements UpstreamAnswer {
  /** What was read ahead; nothing is kept once it was dropped. */
  #parts: Buffer[] | undefined = [];
  #bytes = 0;
  #fields: readonly string[] | undefined;
  #isCopied = false;
  /** The body is whole; these are the fields behind it. */
  trailers: readonly string[] | undefined;
  /** Why there will be no more of it. */
  error: Error | undefined;

  constructor(
    readonly answer: Answer,
    private readonly exchange: Exchange,
    private readonly source: Source,
    readonly upgraded?: Upgraded,
  ) {}

  get fields(): readonly string[] {
    this.#fields ??= passableFields(this.answer);
    return this.#fields;
  }

  /** Let routes look at it. It is over when they are. */
  async show(routes: Routes, next: Next): Promise<void> {
    const { exchange } = this;
    const outer = exchange.upstreamAnswer;
    exchange.upstreamAnswer = this;
    try {
      await routes.run(exchange, next);
    } finally {
      exchange.upstreamAnswer = outer;
      if (!this.#isCopied) this.source.drop();
    }
  }

  async copy(status: number | undefined): Promise<void> {
    if (this.#isCopied) throw new HttpError(500, "the upstream's answer was copied before");
    this.#isCopied = true;
    const error = await this.source.release(status ?? this.answer.status);
    if (error === undefined) return;
    if (!this.exchange.isLeft) throw toThrow(error);
    giveUp(this.exchange);
  }

  /** Keep a part of the body. False: that is as much as is read ahead. */
  take(part: Buffer): boolean {
    this.#bytes += part.length;
    // A copy: the buffer is read into again.
    this.#parts?.push(Buffer.from(part));
    return !this.isFull;
  }

  get isFull(): boolean {
    return this.#bytes > READ_AHEAD;
  }

  /** What was read of the body so far. */
  get body(): Buffer {
    return Buffer.concat(this.#parts ?? []);
  }

  /** Keep nothing of it. */
  forget(): void {
    this.#parts = undefined;
  }
}

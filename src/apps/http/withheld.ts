// An answer that is kept from the client while somebody decides what the client gets. Of a long one
// only the beginning is kept; whoever makes it then waits, as for a client that reads slowly.

import type { ServerResponse } from "node:http";
import type { Body, BodyFilter } from "./body.js";
import type { HeaderMap } from "./headers.js";

/** How much of a body is kept before whoever makes it has to wait (bytes). */
const MAX_KEPT = 64 * 1024;

/** What is said of a body, and not true of another one. */
const OF_THE_BODY = [
  "Content-Length",
  "Content-Encoding",
  "Content-Range",
  "ETag",
  "Last-Modified",
  "Trailer",
  "Transfer-Encoding",
];

/** An answer, or its beginning. */
export class Withheld {
  /** The body, if it came as a whole; otherwise its parts. */
  whole: Body | undefined;
  readonly parts: (Buffer | string)[] = [];
  /** Nothing follows. */
  ended = false;
  /** It was broken off before its end. */
  brokenOff = false;
  /** What would make another body of it on its way to the client. */
  filter: BodyFilter | undefined;
  /** Resolves when whoever makes it may go on, or the client has gone. */
  readonly proceeding: Promise<void>;
  #proceed: () => void = () => {};
  #bytes = 0;
  #fields: readonly (readonly [name: string, values: readonly string[]])[] = [];

  /** `onFilled` is called when it is complete, or no more of it is kept. */
  constructor(
    readonly status: number,
    raw: ServerResponse,
    private readonly onFilled: () => void,
  ) {
    this.proceeding = new Promise((resolve) => {
      this.#proceed = resolve;
    });
    raw.once("close", this.#proceed);
  }

  get isFilled(): boolean {
    return this.ended || this.#bytes > MAX_KEPT;
  }

  takeWhole(body: Body): void {
    this.whole = body;
    this.#end();
  }

  /** Keep a part. False: wait. */
  take(part: Buffer | string): boolean {
    this.parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes <= MAX_KEPT) return true;
    this.onFilled();
    return false;
  }

  takeLast({ wire, length }: Body): void {
    if (length > 0) this.parts.push(typeof wire === "string" ? Buffer.from(wire, "latin1") : wire);
    this.#end();
  }

  breakOff(): void {
    this.brokenOff = true;
    this.#end();
  }

  #end(): void {
    this.ended = true;
    this.onFilled();
  }

  /** Whoever makes it may go on. */
  proceed(): void {
    this.#proceed();
  }

  /** Take the fields that are not true of another body. */
  takeFields(headers: HeaderMap): void {
    this.#fields = OF_THE_BODY.filter((name) => headers.has(name)).map(
      (name) => [name, headers.values(name)] as const,
    );
    for (const name of OF_THE_BODY) headers.delete(name);
  }

  /** Put them back, but for those that were set anew. */
  putFields(headers: HeaderMap): void {
    for (const [name, values] of this.#fields) {
      if (!headers.has(name)) headers.set(name, values);
    }
  }
}

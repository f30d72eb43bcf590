// The answer to one request, while it is being made. Handlers set fields and send a body; hooks run
// at the last moment before the head goes out, in the reverse order of their registration. Where an
// answer ends on its connection is said here alone: fields that are not true would make the client
// take a part of one answer for the next.

import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Body, type BodyFilter, bodyOf, chained, EMPTY, type Inlet } from "./body.js";
import { HeaderMap } from "./headers.js";
import { Withheld } from "./withheld.js";

export { type Body, type BodyFilter, bodyOf, lastingBody } from "./body.js";

/** Called once, just before the head is written; may change the fields and the status. */
export type HeadHook = (response: ResponseWriter) => void;

/** What handlers write their answer to. */
export class ResponseWriter {
  readonly headers = new HeaderMap();
  /** The status that was or will be sent. */
  status = 200;
  /** A handler has taken the connection over (an upgrade): nothing is sent by anyone else. */
  taken = false;
  /** Bytes of body handed over so far. */
  bytes = 0;
  /** The body was not as long as its Content-Length said, so the connection has been closed. */
  brokenOff = false;
  /** How much of the declared length is still to come; undefined when none was declared. */
  #left: number | undefined;
  #hooks: HeadHook[] | undefined;
  /** What stands between the handlers and the client, while there is a body for it. */
  #filter: BodyFilter | undefined;
  /** The answer that somebody keeps from the client, while it is being made. */
  #withheld: Withheld | undefined;
  /** The way in, once a part of the body has come. */
  #inlet: Inlet | undefined;
  #failed: ((error: Error) => void) | undefined;

  constructor(readonly raw: ServerResponse) {}

  /** Whether the head is out: from here on only body can follow. */
  get headSent(): boolean {
    return this.raw.headersSent || this.#withheld !== undefined;
  }

  /** Whether the answer is complete, or there is nobody left to answer. */
  get ended(): boolean {
    const { raw } = this;
    if (raw.writableEnded || raw.destroyed || this.#withheld?.ended) return true;
    return this.#inlet?.input.writableEnded === true;
  }

  /** How long the body is going to be, as far as that is known; for head hooks. */
  get length(): number | undefined {
    return this.#left ?? soleLength(this.headers);
  }

  /** Run `hook` just before the head is written. The last one added runs first. */
  onHead(hook: HeadHook): void {
    this.#hooks ??= [];
    this.#hooks.push(hook);
  }

  /**
   * Send another body than the one that handlers send; only from a head hook. A later filter gets
   * what the earlier made. `failed` is told why one of them broke the answer off.
   */
  filterBody(filter: BodyFilter, failed: (error: Error) => void): void {
    this.#filter = this.#filter === undefined ? filter : chained(this.#filter, filter);
    this.#failed = failed;
  }

  /**
   * Keep this answer from the client; only from a head hook. The hooks before that one do not run: they
   * are for what the client gets. To whoever makes the answer it seems to be sent. `onFilled` is
   * called when it is complete, or too long to be kept whole.
   */
  withhold(onFilled: () => void): Withheld {
    this.#withheld = new Withheld(this.status, this.raw, onFilled);
    return this.#withheld;
  }

  /** Have nothing to do with the withheld answer any more: there can be another one. */
  layAside(withheld: Withheld): void {
    this.#withheld = undefined;
    this.#left = undefined;
    withheld.filter = this.#filter;
    this.#filter = undefined;
    withheld.takeFields(this.headers);
  }

  /** Send an answer that was laid aside, or what there is of it: then the rest comes by itself. */
  restore(withheld: Withheld, status: number): void {
    const { whole, parts, ended } = withheld;
    this.#filter = withheld.filter;
    withheld.putFields(this.headers);
    if (whole !== undefined) {
      this.send(status, whole);
      return;
    }
    this.sendHead(status);
    for (const part of parts) this.write(part);
    if (ended) this.end();
    withheld.proceed();
  }

  /** Send a whole answer. It has its true length, unless it will be filtered piece by piece. */
  send(status: number, content: Body = EMPTY): void {
    this.status = status;
    this.#left = content.length;
    if (this.runHooks()) {
      this.#withheld?.takeWhole(content);
      return;
    }
    const body = this.#filter === undefined ? content : this.filtered(content);
    const { headers } = this;
    // An answer to HEAD may tell the length of a body that was never made.
    if (this.hasBody() || (mayHaveBody(this.status) && !headers.has("content-length"))) {
      headers.set("Content-Length", String(body.length));
    }
    this.writeHead();
    this.sendLast(body);
  }

  /** Send the head; the body follows by `write` and `end`, or `pipe`. */
  sendHead(status: number): void {
    this.status = status;
    if (!this.runHooks()) this.writeHead();
  }

  /** Let the head go out, although the body may take a while. */
  flushHead(): void {
    if (this.#withheld === undefined) this.raw.flushHeaders();
  }

  /** Send a part of the body. False means: wait for `drained` before the next. */
  write(chunk: Buffer | string): boolean {
    if (this.#withheld !== undefined) return this.#withheld.take(chunk);
    const length = typeof chunk === "string" ? Buffer.byteLength(chunk) : chunk.length;
    if (this.#left !== undefined) {
      if (length > this.#left) return this.breakOff();
      this.#left -= length;
    }
    this.bytes += length;
    return this.out.write(chunk);
  }

  /** Pass on what was written, without waiting for more. Whether the system took all of it. */
  flush(): boolean {
    if (this.#withheld !== undefined) return false;
    if (this.#filter !== undefined) {
      this.#inlet?.flush();
      return false;
    }
    this.raw.socket?.uncork();
    return this.raw.writableLength === 0;
  }

  /** Resolves when the client can take more, or has gone. */
  drained(): Promise<void> {
    if (this.#withheld !== undefined) return this.#withheld.proceeding;
    return new Promise((resolve) => {
      if (this.raw.destroyed) return resolve();
      const { out } = this;
      const done = () => {
        out.off("drain", done);
        this.raw.off("close", done);
        resolve();
      };
      out.once("drain", done);
      this.raw.once("close", done);
    });
  }

  /** Nothing follows but this. */
  end(chunk?: Buffer): void {
    this.sendLast(chunk === undefined ? EMPTY : bodyOf(chunk));
  }

  /** Send everything a stream has, then end. Rejects when either side breaks off. */
  async pipe(source: Readable): Promise<void> {
    await pipeline(source, async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        if (!this.write(chunk)) await this.drained();
        if (this.raw.destroyed) throw new Error("the answer was broken off");
      }
    });
    this.end();
  }

  /**
   * Written by itself, a text leaves as one piece with the head. `end` would queue it together with
   * an empty piece, which is the longer way through node: a sixth of the cost of a small answer.
   */
  private sendLast(body: Body): void {
    if (this.#withheld !== undefined) {
      this.#withheld.takeLast(body);
      return;
    }
    const { wire, length } = body;
    if (this.#left !== undefined && this.#left !== length) {
      this.breakOff();
      return;
    }
    this.bytes += length;
    if (this.#filter === undefined) this.finish(wire);
    else this.filterLast(body);
  }

  private finish(wire: Buffer | string): void {
    if (wire === "" || typeof wire !== "string") {
      this.raw.end(wire);
      return;
    }
    this.raw.write(wire, "latin1");
    this.flush();
    this.raw.end();
  }

  /** What comes in one piece after all need not go through a stream. */
  private filterLast(body: Body): void {
    const { wire } = this.#inlet === undefined ? this.filtered(body) : body;
    if (this.#filter === undefined) this.finish(wire);
    else if (typeof wire === "string") this.out.end(wire, "latin1");
    else this.out.end(wire);
  }

  /** The body that is sent in place of this one, if that can be said at once. */
  private filtered(body: Body): Body {
    const made = this.#filter?.whole(body);
    if (made === undefined) return body;
    this.#filter = undefined;
    return made;
  }

  /** Where parts of the body go: to the client, or into what stands before it. */
  private get out(): Writable {
    if (this.#filter === undefined) return this.raw;
    this.#inlet ??= this.open(this.#filter);
    return this.#inlet.input;
  }

  private open(filter: BodyFilter): Inlet {
    const inlet = filter.stream(this.raw);
    inlet.input.on("error", (error) => {
      this.#failed?.(error);
      this.abort();
    });
    return inlet;
  }

  /** Write the head, without what is not true of the body that follows (RFC 9112, 6.1 to 6.3). */
  private writeHead(): void {
    const { headers, raw, status } = this;
    headers.delete("transfer-encoding");
    const length = soleLength(headers);
    const isFiltered = this.#filter !== undefined;
    // Nobody knows how long a filtered body will be, and 204 has none (RFC 9110, 8.6).
    if (isFiltered || status === 204) headers.delete("content-length");
    const hasBody = this.hasBody();
    if (!hasBody) this.#filter = undefined;
    // Trailers come after a body in chunks; of any other node refuses to announce them.
    const isChunked =
      hasBody && (length === undefined || isFiltered) && raw.useChunkedEncodingByDefault;
    if (!isChunked) headers.delete("trailer");
    this.#left = hasBody ? length : undefined;
    raw.writeHead(status, headers.toRaw());
  }

  /** Whether a body follows the head. */
  private hasBody(): boolean {
    return mayHaveBody(this.status) && this.raw.req.method !== "HEAD";
  }

  /** Break off, so that the client sees that more should have come (RFC 9112, 8). */
  abort(): void {
    const { raw } = this;
    if (raw.destroyed) return;
    if (this.#withheld !== undefined) {
      this.#withheld.breakOff();
      return;
    }
    const hasLength = this.#left !== undefined && this.#filter === undefined;
    const isOpenEnded = this.hasBody() && !hasLength && !raw.chunkedEncoding;
    if (isOpenEnded && raw.socket) {
      reset(raw.socket);
      return;
    }
    raw.flushHeaders();
    raw.socket?.uncork();
    raw.destroy();
  }

  private breakOff(): false {
    if (this.raw.destroyed) return false;
    this.brokenOff = true;
    this.abort();
    return false;
  }

  /** Whether one of them withholds the answer. */
  private runHooks(): boolean {
    const hooks = this.#hooks;
    this.#hooks = undefined;
    if (hooks === undefined) return false;
    for (let i = hooks.length - 1; i >= 0; i--) {
      (hooks[i] as HeadHook)(this);
      if (this.#withheld === undefined) continue;
      this.#hooks = hooks.slice(0, i);
      return true;
    }
    return false;
  }
}

/** End a connection whose close would be the end of a body, where it is not. */
export function reset(socket: Socket): void {
  // Unix sockets know no reset, and the system refuses it once there was an end.
  if (socket.remoteAddress === undefined || !socket.writable) socket.destroy();
  else socket.resetAndDestroy();
}

/** The length that is declared. What is not one number is no length, and is not sent as one. */
function soleLength(headers: HeaderMap): number | undefined {
  const values = headers.values("content-length");
  const [first] = values;
  if (first === undefined) return undefined;
  if (!/^\d{1,15}$/.test(first) || values.some((value) => value !== first)) {
    headers.delete("content-length");
    return undefined;
  }
  if (values.length > 1) headers.set("Content-Length", first);
  return Number(first);
}

/** Whether an answer of this status can have a body (RFC 9110, 6.4.1). */
export function mayHaveBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304;
}

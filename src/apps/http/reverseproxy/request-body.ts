// The body of the request, on its way from the client to an upstream: piece by piece as the
// upstream takes it, or gathered beforehand so that it can be sent again.

import type { IncomingMessage } from "node:http";
import type { Exchange } from "../exchange.js";
import { isToken } from "../field-text.js";
import { UpstreamError } from "./errors.js";
import type { BodyFraming } from "./request-head.js";
import type { Call } from "./transport.js";

const NONE: BodyFraming = { body: "none" };
const NO_TRAILERS: readonly string[] = [];
/** Fields that may not come after a body, since they say how to read it (RFC 9110, 6.5.1). */
const NOT_IN_TRAILERS: ReadonlySet<string> = new Set([
  "authorization",
  "connection",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "host",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Trailers without the fields that do not belong there, as a flat list. */
export function cleanTrailers(raw: readonly string[]): readonly string[] {
  if (raw.length === 0) return NO_TRAILERS;
  return raw.filter((_, i) => {
    const name = raw[i & ~1] as string;
    return isToken(name) && !NOT_IN_TRAILERS.has(name.toLowerCase());
  });
}

/** The body of one request. */
export class RequestBody {
  #framing: BodyFraming;
  /** All of it, once it was gathered whole. */
  #whole: Buffer | undefined;
  /** The part of it that was gathered before it turned out to be too long. */
  #first: Buffer[] | undefined;
  /** Bytes were taken from the client and are gone: it cannot be sent again. */
  #spent: boolean;
  #call: Call | undefined;
  #fail: ((error: Error) => void) | undefined;
  #onData: ((chunk: Buffer) => void) | undefined;
  #onEnd: (() => void) | undefined;
  #sent = 0;

  /**
   * `isSent`: whether it goes upstream at all. Throws `HttpError` when it does, and says of itself
   * that it is too long: who asks before sending it has not been invited yet.
   */
  constructor(
    private readonly exchange: Exchange,
    isSent = true,
  ) {
    const { bodyInstead, bodyLimit, request } = exchange;
    this.#framing = isSent ? framingOf(exchange) : NONE;
    if (this.#framing.body === "length" && this.#framing.length > bodyLimit) {
      throw exchange.refuseBody();
    }
    if (isSent) this.#whole = bodyInstead;
    // Another proxy may have had it: what is left would look like a whole.
    this.#spent =
      this.#framing.body !== "none" &&
      this.#whole === undefined &&
      (request.readableDidRead || request.listenerCount("data") > 0);
  }

  private get request(): IncomingMessage {
    return this.exchange.request;
  }

  get framing(): BodyFraming {
    return this.#framing;
  }

  /** Whether there is none, or it can still be sent from its beginning. */
  get repeatable(): boolean {
    return this.#framing.body === "none" || this.#whole !== undefined || !this.#spent;
  }

  /**
   * Gather up to `limit` bytes. Resolves when the body is complete, longer than that, or broken off.
   * Rejects when it is longer than it may be.
   */
  gather(limit: number): Promise<void> {
    const isThere = this.#framing.body === "none" || this.#whole !== undefined || this.#spent;
    if (isThere || this.request.readableEnded) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const { request } = this;
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = () => {
        request.off("data", onData).off("end", onEnd).off("close", finish).pause();
        if (this.#whole === undefined) this.#first = chunks;
        if (size <= this.exchange.bodyLimit) resolve();
      };
      const onData = (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size >= limit || size > this.exchange.bodyLimit) finish();
        if (size > this.exchange.bodyLimit) reject(this.exchange.refuseBody());
      };
      const onEnd = () => {
        this.#whole = Buffer.concat(chunks);
        this.#framing = { body: "length", length: size };
        finish();
      };
      request.on("data", onData).on("end", onEnd).on("close", finish);
    });
  }

  /** Send it over this call, from its beginning; `fail` hears when it is not there to be sent. */
  send(call: Call, fail: (error: Error) => void): void {
    if (this.#framing.body === "none") return;
    this.#call = call;
    this.#fail = fail;
    if (this.#whole) {
      this.#sendWhole(call, this.#whole);
      return;
    }
    if (this.#spent) {
      fail(incomplete());
      return;
    }
    this.#spent = true;
    if (this.request.readableEnded) {
      this.#finish();
      return;
    }
    const onData = (chunk: Buffer) => this.#pass(chunk);
    const onEnd = () => this.#finish();
    this.#onData = onData;
    this.#onEnd = onEnd;
    // Taken up by hand: it was paused if it was gathered before.
    this.request.on("data", onData).on("end", onEnd).resume();
    for (const chunk of this.#first ?? []) this.#pass(chunk);
    this.#first = undefined;
  }

  /** The upstream can take more. */
  proceed(): void {
    if (this.#call !== undefined && this.#whole === undefined) this.request.resume();
  }

  /** Send no more of it over this call. */
  stop(): void {
    if (this.#call === undefined) return;
    this.#call = undefined;
    if (this.#onData && this.#onEnd) {
      this.request.off("data", this.#onData).off("end", this.#onEnd).pause();
    }
  }

  /** The request is answered: what the client still sends of what was wanted is read and dropped. */
  discard(): void {
    const isUnwanted = this.#framing.body === "none" || this.exchange.bodyInstead !== undefined;
    if (!isUnwanted && !this.request.readableEnded) this.request.resume();
  }

  #sendWhole(call: Call, whole: Buffer): void {
    call.write(whole);
    call.end(NO_TRAILERS);
  }

  #pass(chunk: Buffer): void {
    if (this.#call === undefined) return;
    this.#sent += chunk.length;
    if (this.#sent > this.exchange.bodyLimit) this.#fail?.(this.exchange.refuseBody());
    else if (this.#call?.write(chunk) === false) this.request.pause();
  }

  #finish(): void {
    const framing = this.#framing;
    // The upstream would take the next bytes on the connection for the rest of this body.
    if (framing.body === "length" && framing.length !== this.#sent) this.#fail?.(incomplete());
    else this.#call?.end(cleanTrailers(this.request.rawTrailers));
  }
}

function incomplete(): UpstreamError {
  return new UpstreamError("client", "the request's body is not there, or not whole");
}

/** How what is read ends: as node found it to, where nothing stands in its place. */
function framingOf({ request, bodyInstead }: Exchange): BodyFraming {
  if (bodyInstead !== undefined) return framingOfLength(bodyInstead.length);
  // Header rules have no say in it.
  const { headers } = request;
  if (headers["transfer-encoding"] !== undefined) return { body: "chunked" };
  return framingOfLength(Number(headers["content-length"] ?? 0));
}

function framingOfLength(length: number): BodyFraming {
  return length > 0 ? { body: "length", length } : NONE;
}

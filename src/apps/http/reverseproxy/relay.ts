// One try at one upstream: the request goes there, and the answer comes back to the client as it
// arrives. Until the answer's head is passed on a failure leaves no trace, and another upstream can
// be tried. After that the client can only be shown that the answer broke off. An answer that somebody
// wants to look at first waits in `pending.ts`, and goes on from there as if it had just come.

import type { Duplex } from "node:stream";
import type { Clock, Log } from "../../../engine/index.js";
import type { Exchange } from "../exchange.js";
import { mayHaveBody } from "../response.js";
import type { ResponseHandler } from "../response-handlers.js";
import { UpstreamError } from "./errors.js";
import type { ProxyFacts } from "./facts.js";
import type { ResponseHead } from "./head.js";
import { PendingAnswer, type Source, type Upgraded } from "./pending.js";
import type { Answer } from "./reader.js";
import { cleanTrailers, type RequestBody } from "./request-body.js";
import { interimHead } from "./response-head.js";
import type { Call, Receiver } from "./transport.js";
import type { UpstreamState } from "./upstream-state.js";

/** What a relay asks of the proxy it works for. */
export interface RelayOwner {
  readonly log: Log;
  readonly clock: Clock;
  /** How much of an answer to hold back, so that it can still be replaced by an error (bytes). */
  readonly responseBuffers: number;
  /** An answer's head has come. */
  onAnswer(relay: Relay, answer: Answer): void;
  /** Who is to handle the answer before the client gets it, if anybody. */
  handlerOf(relay: Relay, answer: Answer): ResponseHandler | undefined;
  /** It is what the client gets. Puts its fields on the exchange's response. */
  onPassing(relay: Relay, answer: Answer): void;
  onUpgrade(relay: Relay, answer: Answer, upstream: Duplex, first: Buffer): void;
  /** It is over. `error` is what went wrong while the client had been sent nothing. */
  onSettled(relay: Relay, error: Error | undefined): void;
}

/** What became of a try: what went wrong while the client had been sent nothing, or who looks at it. */
export type Outcome = Error | Looked | undefined;

/** An answer, and who is to look at it. */
export interface Looked {
  readonly pending: PendingAnswer;
  readonly by: ResponseHandler;
}

/** How long the rest of an answer may take that nobody wants (milliseconds). */
const REST_MS = 1000;

/** One try at one upstream. */
export class Relay implements Receiver, Source {
  readonly startedAt = performance.now();
  #call: Call | undefined;
  #resolve: ((outcome: Outcome) => void) | undefined;
  #stopWatching: (() => void) | undefined;
  #answer: Answer | undefined;
  /** The answer, while it is looked at. */
  #pending: PendingAnswer | undefined;
  /** What is held back of the body; undefined once the head is out. */
  #held: Buffer[] | undefined;
  #heldBytes = 0;
  /** The end of the body, to be sent together with what ends it. */
  #last: Buffer | undefined;
  #over = false;
  /** The upstream has done its part, or the try was broken off: told to the owner once. */
  #settled = false;
  #cancelRest: (() => void) | undefined;

  constructor(
    readonly exchange: Exchange,
    /** The upstream's state as it was when this began; it may be another one by the end. */
    readonly state: UpstreamState,
    private readonly body: RequestBody,
    readonly facts: ProxyFacts,
    private readonly owner: RelayOwner,
  ) {}

  /** Resolves when it is over, or waits for somebody to look at it. */
  run(call: Call): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#call = call;
      if (this.exchange.isLeft) {
        this.#leave();
        return;
      }
      this.#stopWatching = this.exchange.onLeft(() => this.#leave());
      call.start();
    });
  }

  /** Break it off, for this reason. */
  cut(reason: Error): void {
    this.#call?.abort();
    this.onError(reason);
  }

  onReady(): void {
    const { body } = this;
    if (body.framing.body !== "none") body.send(this.#call as Call, (error) => this.cut(error));
  }

  onDrain(): void {
    this.body.proceed();
  }

  onInformation(head: ResponseHead): void {
    const { request, response } = this.exchange;
    // HTTP/1.0 has no interim answers (RFC 9110, 15.2).
    if (request.httpVersion === "1.0" || response.headSent) return;
    // The server has answered `Expect: 100-continue` itself.
    if (head.status === 100 && request.headers.expect !== undefined) return;
    // There is no socket while answers to earlier requests are on their way.
    response.raw.socket?.write(interimHead(head), "latin1");
  }

  onHead(answer: Answer): void {
    this.#answer = answer;
    this.facts.answer = answer;
    this.owner.onAnswer(this, answer);
    const handler = this.owner.handlerOf(this, answer);
    if (handler === undefined) this.#pass(answer);
    else if (handler.statusOf === undefined) this.#show(answer, handler);
    else this.#pass({ ...answer, status: handler.statusOf(this.exchange) });
  }

  #pass(answer: Answer): void {
    this.#answer = answer;
    if (this.owner.responseBuffers > 0 && answer.framing !== "none") this.#held = [];
    else this.#sendHead(answer);
  }

  /** Let somebody look at it; until that is done, it waits. */
  #show(answer: Answer, by: ResponseHandler, upgraded?: Upgraded): void {
    this.#pending = new PendingAnswer(answer, this.exchange, this, upgraded);
    this.#resolve?.({ pending: this.#pending, by });
  }

  release(status: number): Promise<Error | undefined> {
    const { answer, body, trailers, error, upgraded } = this.#pending as PendingAnswer;
    if (error !== undefined) return Promise.resolve(error);
    this.#pending = undefined;
    this.#over = false;
    return new Promise((resolve) => {
      this.#resolve = resolve as (outcome: Outcome) => void;
      try {
        if (upgraded !== undefined) this.#tunnel(answer, upgraded);
        else this.#passOn({ ...answer, status }, body, trailers);
      } catch (thrown) {
        this.cut(thrown as Error);
      }
    });
  }

  /** Pass an answer on that has waited: what was read ahead of it, and what is still to come. */
  #passOn(answer: Answer, body: Buffer, trailers: readonly string[] | undefined): void {
    this.#pass(answer);
    const isWhole = trailers !== undefined;
    const more = body.length === 0 || this.onData(body, isWhole);
    if (isWhole) this.onEnd(trailers);
    else if (more) this.#call?.resume();
  }

  /** The rest of a short answer is read, so that its connection can be used again. */
  drop(): void {
    const pending = this.#pending as PendingAnswer;
    pending.forget();
    if (pending.upgraded !== undefined) pending.upgraded.upstream.destroy();
    else if (!this.#over) {
      this.#stopWatching?.();
      this.body.stop();
      if (pending.isFull) this.cut(unwanted());
      else this.#cancelRest = this.owner.clock.after(REST_MS, () => this.cut(unwanted()));
    }
  }

  onData(data: Buffer, last: boolean): boolean {
    if (this.#pending !== undefined) return this.#pending.take(data);
    if (this.#held !== undefined && this.#hold(data)) return true;
    if (last) {
      this.#last = data;
      return true;
    }
    const { response } = this.exchange;
    // Node gathers writes until the end of a turn, and counts what it gathered as queued.
    if (response.write(data) || response.flush()) return true;
    void response.drained().then(() => this.#call?.resume());
    return false;
  }

  flush(): boolean {
    return this.#pending !== undefined || this.#passesAll();
  }

  #passesAll(): boolean {
    return this.#held === undefined && this.exchange.response.flush();
  }

  onPause(): void {
    if (this.#pending === undefined && this.#held === undefined) {
      this.exchange.response.flushHead();
    }
  }

  onEnd(trailers: readonly string[]): void {
    if (this.#pending !== undefined) {
      this.#pending.trailers = trailers;
      this.#settle(undefined);
      return;
    }
    // This is called from where an upstream is read: nobody there would answer the client.
    try {
      if (this.#held !== undefined) this.#flushHeld(this.#heldBytes);
    } catch (error) {
      this.onError(error as Error);
      return;
    }
    const { response } = this.exchange;
    const clean = cleanTrailers(trailers);
    if (clean.length > 0 && response.raw.chunkedEncoding) response.raw.addTrailers(pairs(clean));
    response.end(this.#last);
    this.#settle(undefined);
  }

  onUpgrade(answer: Answer, upstream: Duplex, first: Buffer): void {
    const upgraded = { upstream, first };
    this.facts.answer = answer;
    const handler = this.owner.handlerOf(this, answer);
    // There is no other status for a switch of protocols.
    if (handler === undefined || handler.statusOf !== undefined) {
      this.#tunnel(answer, upgraded);
      return;
    }
    // Nobody else listens while it waits. What broke is noticed when it is used.
    upstream.on("error", () => {});
    this.#show(answer, handler, upgraded);
    this.#settle(undefined);
  }

  #tunnel(answer: Answer, { upstream, first }: Upgraded): void {
    if (upstream.destroyed) throw new UpstreamError("closed", "the upstream hung up");
    if (this.exchange.isLeft) {
      upstream.destroy();
      throw gone();
    }
    this.owner.onUpgrade(this, answer, upstream, first);
    this.#settle(undefined);
  }

  onError(error: Error): void {
    if (this.#over) return;
    const { response } = this.exchange;
    if (this.#pending !== undefined) {
      this.#pending.error = error;
      this.#settle(undefined);
      return;
    }
    if (!response.headSent) {
      this.#settle(error);
      return;
    }
    // A clean end would make a whole answer of half of one.
    this.owner.log.warn("aborting with incomplete response", { error: error.message });
    this.#settle(undefined);
    response.abort();
  }

  /** The client has gone or closed its side, or has everything that it is going to get. */
  #leave(): void {
    const { response } = this.exchange;
    if (this.#over) return;
    if (this.#pending !== undefined || !response.headSent) {
      this.cut(gone());
      return;
    }
    this.#call?.abort();
    this.#settle(undefined);
    response.raw.destroy();
  }

  /** From here on there is no other answer. The length is told if it is known only now. */
  #sendHead(answer: Answer, length?: number): void {
    const { request, response } = this.exchange;
    const { status } = answer;
    this.owner.onPassing(this, answer);
    const { headers } = response;
    const lacksLength = !headers.has("content-length") && !headers.has("trailer");
    if (length !== undefined && mayHaveBody(status) && lacksLength) {
      headers.set("Content-Length", String(length));
    }
    // The length of what 304 and HEAD leave out is not that of another answer without a body.
    if (answer.framing === "none" && mayHaveBody(status) && headers.has("content-length")) {
      if (request.method !== "HEAD") headers.set("Content-Length", "0");
    }
    response.sendHead(status);
  }

  /** Keep a part of the body back. False: it is too much, everything before it is out. */
  #hold(data: Buffer): boolean {
    this.#heldBytes += data.length;
    if (this.#heldBytes <= this.owner.responseBuffers) {
      this.#held?.push(data);
      return true;
    }
    this.#flushHeld();
    return false;
  }

  /** Pass on what was held back, all of it if its length is given. */
  #flushHeld(length?: number): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#sendHead(this.#answer as Answer, length);
    for (const data of held) this.exchange.response.write(data);
  }

  #settle(error: Error | undefined): void {
    this.#over = true;
    this.#stopWatching?.();
    this.#cancelRest?.();
    if (!this.#settled) {
      this.#settled = true;
      this.body.stop();
      this.owner.onSettled(this, error);
    }
    this.#resolve?.(error);
  }
}

function gone(): UpstreamError {
  return new UpstreamError("client", "the client did not wait");
}

function unwanted(): Error {
  return new Error("nobody wants the rest of the answer");
}

function pairs(flat: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let i = 0; i < flat.length; i += 2) list.push([flat[i] as string, flat[i + 1] as string]);
  return list;
}

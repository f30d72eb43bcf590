// One connection to an upstream, which carries one request after another. It dies at the first sign
// of disagreement about where an answer ends: a connection out of step would give one client what
// another one asked for.

import type { Socket } from "node:net";
import type { Clock } from "../../../engine/index.js";
import { UpstreamError } from "./errors.js";
import type { ResponseHead } from "./head.js";
import type { Landing } from "./landing.js";
import { type Answer, type AnswerEvents, AnswerReader } from "./reader.js";
import type { Receiver, UpstreamRequest } from "./transport.js";

/** Time and size limits of a connection; 0 is no limit (milliseconds, bytes). */
export interface ConnectionLimits {
  readonly responseHeaderMs: number;
  readonly readMs: number;
  readonly writeMs: number;
  readonly maxHeadBytes: number;
}

/** What a connection tells its pool. */
export interface ConnectionOwner {
  /** It can carry another request. `idleMs` is what the upstream itself allows, if it said so. */
  onFree(connection: Connection, idleMs: number | undefined): void;
  onClosed(connection: Connection): void;
}

/** Who has the connection at the moment. */
export interface Tenant {
  readonly request: UpstreamRequest;
  readonly receiver: Receiver;
  /** The exchange broke off. `begun` is whether any byte of the answer had come. */
  onBroken(error: Error, begun: boolean): void;
}

/** A margin to upstreams that close idle connections on the dot. */
const IDLE_MARGIN_MS = 1000;
const CRLF = "\r\n";

/** One connection to an upstream. */
export class Connection implements AnswerEvents {
  /** Until when it may stay idle, for its pool. */
  idleUntil = 0;
  readonly #reader: AnswerReader;
  #tenant: Tenant | undefined;
  #requestDone = false;
  #paused = false;
  /** A head was read, and nothing of the body since. */
  #headOnly = false;
  #cancelHeadTimer: (() => void) | undefined;
  #cancelWriteTimer: (() => void) | undefined;
  #cause: Error | undefined;

  constructor(
    readonly socket: Socket,
    private readonly landing: Landing,
    private readonly limits: ConnectionLimits,
    private readonly clock: Clock,
    private readonly owner: ConnectionOwner,
  ) {
    this.#reader = new AnswerReader(this, limits.maxHeadBytes);
    landing.deliverTo((bytes) => this.#onBytes(bytes));
    socket.on("end", this.#onEnd);
    socket.on("error", this.#onError);
    socket.on("close", this.#onClose);
    socket.on("drain", this.#onDrain);
    if (limits.readMs > 0) socket.setTimeout(limits.readMs, this.#onSilence);
  }

  /** Send the head of a request; from now on the tenant hears what comes back. */
  send(tenant: Tenant): void {
    const { request } = tenant;
    this.#tenant = tenant;
    this.#headOnly = false;
    this.#requestDone = request.body === "none";
    this.#reader.begin(request);
    this.#written(this.socket.write(request.head, "latin1"));
    if (this.#requestDone) this.#awaitHead();
  }

  /** Send a part of the tenant's body. False: wait for the drain. */
  write(tenant: Tenant, chunk: Buffer): boolean {
    if (tenant !== this.#tenant || chunk.length === 0) return true;
    if (tenant.request.body !== "chunked") return this.#written(this.socket.write(chunk));
    this.socket.cork();
    this.socket.write(chunk.length.toString(16) + CRLF, "latin1");
    this.socket.write(chunk);
    const more = this.#written(this.socket.write(CRLF, "latin1"));
    this.socket.uncork();
    return more;
  }

  /** The request's body is complete; `trailers` are fields that follow a chunked one. */
  endRequest(tenant: Tenant, trailers: string): void {
    if (tenant !== this.#tenant || this.#requestDone) return;
    if (tenant.request.body === "chunked") {
      this.#written(this.socket.write(`0\r\n${trailers}\r\n`, "latin1"));
    }
    this.#requestDone = true;
    this.#awaitHead();
  }

  resume(tenant: Tenant): void {
    if (tenant === this.#tenant) this.#flow();
  }

  /** The tenant leaves in the middle. */
  abort(tenant: Tenant): void {
    if (tenant === this.#tenant) this.destroy();
  }

  /** Close it, and tell the tenant nothing. */
  destroy(): void {
    this.#tenant = undefined;
    this.#clearTimers();
    this.socket.destroy();
  }

  onInformation(head: ResponseHead): void {
    this.#tenant?.receiver.onInformation(head);
  }

  onHead(answer: Answer): void {
    this.#cancelHeadTimer?.();
    this.#cancelHeadTimer = undefined;
    this.#headOnly = true;
    this.#tenant?.receiver.onHead(answer);
  }

  onData(data: Buffer, last: boolean): void {
    this.#headOnly = false;
    const more = this.#tenant?.receiver.onData(data, last) ?? true;
    if (more || this.#paused || this.#tenant === undefined) return;
    this.#paused = true;
    this.socket.pause();
  }

  /** Read on. Says whether nothing refers to the bytes any longer. */
  #onBytes(bytes: Buffer): boolean {
    const tenant = this.#tenant;
    // Nobody asked for anything: whatever this is, the next answer cannot be told from it.
    if (tenant === undefined) {
      this.destroy();
      return true;
    }
    try {
      this.#reader.push(bytes);
    } catch (error) {
      this.#break(error as Error);
      return false;
    }
    if (this.#tenant !== undefined) this.#afterRead(tenant);
    return tenant.receiver.flush();
  }

  #afterRead({ receiver }: Tenant): void {
    if (this.#reader.done) this.#finish();
    else if (this.#reader.upgraded) this.#handOver();
    else if (this.#headOnly) {
      this.#headOnly = false;
      receiver.onPause();
    }
  }

  readonly #onEnd = (): void => {
    if (this.#tenant === undefined) {
      this.destroy();
      return;
    }
    try {
      this.#reader.finish();
    } catch (error) {
      this.#break(this.#cause ?? (error as Error));
      return;
    }
    this.#finish();
  };

  /** The answer is complete: give the connection back, or close it when it cannot go on. */
  #finish(): void {
    const { receiver } = this.#tenant as Tenant;
    const { answer, rest, trailers } = this.#reader;
    this.#tenant = undefined;
    this.#clearTimers();
    this.landing.settle();
    this.#flow();
    const inStep = this.#requestDone && rest.length === 0 && this.socket.writable;
    if (answer?.keepAlive && inStep) this.owner.onFree(this, idleMs(answer.idleHint));
    else this.socket.destroy();
    receiver.onEnd(trailers);
  }

  /** The upstream switched protocols: the socket changes hands. */
  #handOver(): void {
    const { receiver } = this.#tenant as Tenant;
    this.#tenant = undefined;
    this.#clearTimers();
    this.owner.onClosed(this);
    this.socket.setTimeout(0);
    this.socket.off("timeout", this.#onSilence).off("drain", this.#onDrain).off("end", this.#onEnd);
    this.socket.off("error", this.#onError).off("close", this.#onClose);
    this.landing.becomeStream(this.socket);
    this.socket.pause();
    const first = Buffer.from(this.#reader.rest);
    receiver.onUpgrade(this.#reader.answer as Answer, this.socket, first);
  }

  #flow(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.socket.resume();
  }

  #break(error: Error): void {
    const tenant = this.#tenant;
    this.destroy();
    tenant?.onBroken(error, this.#reader.begun);
  }

  readonly #onError = (cause: Error): void => {
    this.#cause = new UpstreamError("closed", `the upstream broke off: ${cause.message}`, {
      cause,
    });
  };

  readonly #onClose = (): void => {
    this.owner.onClosed(this);
    if (this.#tenant === undefined) return;
    this.#break(this.#cause ?? new UpstreamError("closed", "the upstream hung up"));
  };

  readonly #onDrain = (): void => {
    this.#cancelWriteTimer?.();
    this.#cancelWriteTimer = undefined;
    this.#tenant?.receiver.onDrain();
  };

  /**
   * Nothing was read or written for a while, which is not the upstream's fault if we held it up.
   */
  readonly #onSilence = (): void => {
    if (this.#paused || (this.#tenant !== undefined && !this.#requestDone)) return;
    this.#break(new UpstreamError("timeout", "the upstream was silent for too long"));
  };

  #awaitHead(): void {
    const { responseHeaderMs } = this.limits;
    if (responseHeaderMs === 0 || this.#reader.answer !== undefined) return;
    this.#cancelHeadTimer = this.clock.after(responseHeaderMs, () => {
      this.#break(new UpstreamError("timeout", "the upstream's answer did not begin in time"));
    });
  }

  #written(more: boolean): boolean {
    if (more || this.limits.writeMs === 0 || this.#cancelWriteTimer) return more;
    this.#cancelWriteTimer = this.clock.after(this.limits.writeMs, () => {
      this.#break(new UpstreamError("timeout", "the upstream did not take the request in time"));
    });
    return more;
  }

  #clearTimers(): void {
    this.#cancelHeadTimer?.();
    this.#cancelWriteTimer?.();
    this.#cancelHeadTimer = undefined;
    this.#cancelWriteTimer = undefined;
  }
}

/** How long the upstream says it keeps idle connections (`timeout=5`), less a margin. */
function idleMs(hint: string): number | undefined {
  if (hint === "") return undefined;
  const seconds = /\btimeout=(\d{1,6})\b/i.exec(hint)?.[1];
  return seconds === undefined ? undefined : Math.max(0, Number(seconds) * 1000 - IDLE_MARGIN_MS);
}

// The connections to one address: idle ones to use again, and a bound on how many there are.

import type { Clock } from "../../../engine/index.js";
import type { DialAddress } from "./address.js";
import { Connection, type ConnectionLimits, type ConnectionOwner } from "./connection.js";
import { type DialOptions, dial } from "./dial.js";
import { UpstreamError } from "./errors.js";
import { Landing, SpareBuffers } from "./landing.js";
import type { Closable } from "./upstream-state.js";

/** How connections to an address are made and kept. */
export interface PoolOptions {
  readonly dial: DialOptions;
  readonly limits: ConnectionLimits;
  /** How many idle connections are kept; 0 keeps none. */
  readonly maxIdle: number;
  readonly idleMs: number;
  /** How many connections there may be at once; 0 is no limit. */
  readonly maxOpen: number;
}

/** Somebody who wants a connection. Called back at once when there is an idle one. */
export interface Taker {
  onConnection(connection: Connection, reused: boolean): void;
  onNoConnection(error: UpstreamError): void;
}

/** Somebody who has to wait for one; `cancel` is what takes the wish back at the moment. */
interface Waiter {
  readonly taker: Taker;
  cancel(): void;
}

/**
 * How long connections beyond `maxIdle` may be idle (milliseconds). Under load, answers come in
 * waves: closing what is not needed for a moment would mean dialling it again a moment later.
 */
const SURPLUS_IDLE_MS = 1000;
/** How many requests may wait for a connection when there may be no more of them. */
const MAX_WAITING = 10_000;

/** The connections to one address. */
export class Pool implements Closable, ConnectionOwner {
  /** Idle connections; the last one used is the last one here, and is used first. */
  readonly #idle: Connection[] = [];
  readonly #waiting = new Set<Waiter>();
  readonly #live = new Set<Connection>();
  readonly #spare = new SpareBuffers();
  #dialling = 0;
  #closed = false;
  #cancelSweep: (() => void) | undefined;
  #sweepAt = Number.POSITIVE_INFINITY;

  constructor(
    private readonly address: DialAddress,
    private readonly options: PoolOptions,
    private readonly clock: Clock,
  ) {}

  /** Get a connection, a `fresh` one if need be. The returned function takes the wish back. */
  take(taker: Taker, fresh: boolean): () => void {
    const idle = fresh ? undefined : this.#popIdle();
    if (idle) {
      taker.onConnection(idle, true);
      return () => {};
    }
    if (!this.#full) return this.#dial(taker);
    if (this.#waiting.size >= MAX_WAITING) {
      taker.onNoConnection(new UpstreamError("dial", "too many requests wait for a connection"));
      return () => {};
    }
    const waiter: Waiter = { taker, cancel: () => this.#waiting.delete(waiter) };
    this.#waiting.add(waiter);
    return () => waiter.cancel();
  }

  onFree(connection: Connection, idleMs: number | undefined): void {
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      next.taker.onConnection(connection, true);
      return;
    }
    if (this.#closed || this.options.maxIdle === 0) connection.destroy();
    else this.#keep(connection, idleMs ?? Number.POSITIVE_INFINITY);
  }

  #keep(connection: Connection, allowedMs: number): void {
    const surplus = this.#idle.length >= this.options.maxIdle;
    const wanted = surplus ? SURPLUS_IDLE_MS : this.options.idleMs;
    const stay = Math.min(wanted, this.options.idleMs, allowedMs);
    if (stay <= 0) {
      connection.destroy();
      return;
    }
    connection.idleUntil = performance.now() + stay;
    this.#idle.push(connection);
    if (connection.idleUntil < this.#sweepAt) this.#sweepIn(stay);
  }

  #sweepIn(ms: number): void {
    this.#cancelSweep?.();
    this.#sweepAt = performance.now() + ms;
    this.#cancelSweep = this.clock.after(Math.max(1, ms), this.#sweep);
  }

  onClosed(connection: Connection): void {
    if (!this.#live.delete(connection)) return;
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#serveNext();
  }

  close(): void {
    this.#closed = true;
    this.#cancelSweep?.();
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  get #full(): boolean {
    return this.options.maxOpen > 0 && this.#live.size + this.#dialling >= this.options.maxOpen;
  }

  #popIdle(): Connection | undefined {
    for (let next = this.#idle.pop(); next; next = this.#idle.pop()) {
      if (next.socket.writable && performance.now() < next.idleUntil) return next;
      next.destroy();
    }
    return undefined;
  }

  #dial(taker: Taker): () => void {
    this.#dialling++;
    const landing = new Landing(this.#spare);
    const { dial: how, limits } = this.options;
    return dial(this.address, how, landing.onread, this.clock, (socket, error) => {
      this.#dialling--;
      if (socket) {
        const connection = new Connection(socket, landing, limits, this.clock, this);
        this.#live.add(connection);
        taker.onConnection(connection, false);
      } else {
        this.#serveNext();
        if (error) taker.onNoConnection(error);
      }
    });
  }

  /** There may be room for another connection: dial for whoever waits longest. */
  #serveNext(): void {
    const [next] = this.#waiting;
    if (next === undefined || this.#full) return;
    this.#waiting.delete(next);
    next.cancel = this.#dial(next.taker);
  }

  /** Close what was idle for too long, and look again when the next one is due. */
  readonly #sweep = (): void => {
    const now = performance.now();
    for (const connection of this.#idle.filter(({ idleUntil }) => idleUntil <= now)) {
      connection.destroy();
      this.#idle.splice(this.#idle.indexOf(connection), 1);
    }
    this.#sweepAt = Number.POSITIVE_INFINITY;
    if (this.#idle.length === 0) return;
    this.#sweepIn(Math.min(...this.#idle.map(({ idleUntil }) => idleUntil)) - now);
  };
}

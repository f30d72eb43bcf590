// What is known of one upstream, whoever proxies to it: shared by address between all proxies and
// all generations, so that a reload forgets neither load nor failures nor open connections.

import type { Keepable } from "../../../engine/index.js";

/** Connections that belong to an upstream; closed together with its state. */
export interface Closable {
  /** Keep nothing idle from now on. */
  close(): void;
}

/** How many different resolved addresses one upstream with placeholders may keep pools for. */
const MAX_POOLS = 1000;

/** What upstreams are kept as: by the address that the config gives (see `Context.keep`). */
export const UPSTREAMS = "http.upstreams";

/** Load, failures and connections of one upstream. */
export class UpstreamState implements Keepable {
  /** Requests in flight. */
  requests = 0;
  /** Failures that are not forgotten yet. */
  fails = 0;
  /** Made with the first pool: most of ten thousand upstreams are never asked. */
  #pools: Map<string, Closable> | undefined;
  #closed = false;

  /**
   * The pool of this key, made at first use. A key stands for one way to connect to one address.
   */
  pool<P extends Closable>(key: string, make: () => P): P {
    const known = this.#pools?.get(key) as P | undefined;
    if (known) return known;
    const pool = make();
    if (this.#closed) pool.close();
    else this.#keep(key, pool);
    return pool;
  }

  #keep(key: string, pool: Closable): void {
    this.#pools ??= new Map();
    if (this.#pools.size >= MAX_POOLS) {
      for (const [name, old] of this.#pools) {
        if (this.#pools.size < MAX_POOLS) break;
        this.#pools.delete(name);
        old.close();
      }
    }
    this.#pools.set(key, pool);
  }

  /** Nobody proxies to it any more. Requests in flight go on; their connections are not kept. */
  close(): void {
    this.#closed = true;
    for (const pool of this.#pools?.values() ?? []) pool.close();
    this.#pools = undefined;
  }
}

/** An upstream as `GET /reverse_proxy/upstreams` shows it. */
export interface UpstreamStatus {
  readonly address: string;
  readonly num_requests: number;
  readonly fails: number;
}

/** Load and failures of upstreams by their addresses; those that nobody has asked yet have none. */
export function upstreamStatuses(
  kept: Iterable<readonly [address: string, state: Keepable | undefined]>,
): UpstreamStatus[] {
  return Array.from(kept, ([address, state]) => {
    const { requests, fails } = state instanceof UpstreamState ? state : UNASKED;
    return { address, num_requests: requests, fails };
  });
}

const UNASKED = { requests: 0, fails: 0 };

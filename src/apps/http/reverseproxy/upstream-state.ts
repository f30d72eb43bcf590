// What is known of one upstream, whoever proxies to it: shared by address between all proxies and
// all generations, so that a reload forgets neither load nor failures nor open connections.

import type { Shared } from "../../../engine/index.js";

/** Connections that belong to an upstream; closed together with its state. */
export interface Closable {
  /** Keep nothing idle from now on. */
  close(): void;
}

/** How many different resolved addresses one upstream with placeholders may keep pools for. */
const MAX_POOLS = 1000;

/** Load, failures and connections of one upstream. */
export class UpstreamState implements Shared {
  /** Requests in flight. */
  requests = 0;
  /** Failures that are not forgotten yet. */
  fails = 0;
  /** Made with the first pool: most of ten thousand upstreams are never asked. */
  #pools: Map<string, Closable> | undefined;
  #closed: boolean;

  /**
   * `address` is the upstream as the config names it. One that is not `shared` keeps no connection.
   */
  constructor(
    readonly address: string,
    shared = true,
    private readonly onClose: () => void = () => {},
  ) {
    this.#closed = !shared;
  }

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
    this.onClose();
  }
}

/** An upstream as `GET /reverse_proxy/upstreams` shows it. */
export interface UpstreamStatus {
  readonly address: string;
  readonly num_requests: number;
  readonly fails: number;
}

/** The key under which `UpstreamRegistry` is shared. */
export const UPSTREAM_REGISTRY = "http.upstreams";

/**
 * The upstreams in use. Whoever wants to read it shares it as the proxies do, and lets go when
 * done: `context.share(UPSTREAM_REGISTRY, () => new UpstreamRegistry())`.
 */
export class UpstreamRegistry implements Shared {
  readonly #states = new Map<string, UpstreamState>();

  /** Make the state of an upstream; to be called by `share`, which knows there is none yet. */
  open(address: string): UpstreamState {
    const state: UpstreamState = new UpstreamState(address, true, () => {
      if (this.#states.get(address) === state) this.#states.delete(address);
    });
    this.#states.set(address, state);
    return state;
  }

  /** Load and failures of every upstream in use. */
  statuses(): UpstreamStatus[] {
    return [...this.#states.values()].map(({ address, requests, fails }) => ({
      address,
      num_requests: requests,
      fails,
    }));
  }

  close(): void {
    this.#states.clear();
  }
}

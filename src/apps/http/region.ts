// A region is a port, with the doors whose addresses share it. The system gives a port to one of the
// addresses that lie within one another, so the outermost ones are bound, and what comes in there
// goes to the door that is nearest to it.

import type { Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import type { ListenAddress } from "../../schema/index.js";
import { Listener } from "./listener.js";
import { takesIn } from "./reach.js";

/** Somebody who stands at an address. */
export interface Stand {
  readonly address: ListenAddress;
  /** The host of the address, as the system knows it. */
  readonly host: string;
  /** Whether requests are answered here yet. */
  readonly isServing: boolean;
  accept(socket: Socket): void;
}

/** The doors at one port, and the listeners that they need. */
export class Region {
  #stands: readonly Stand[] = [];
  readonly #listeners = new Map<string, Listener>();
  #turn: Promise<void> = Promise.resolve();

  /** Whether nobody stands here. */
  get isEmpty(): boolean {
    return this.#stands.length === 0;
  }

  /**
   * Have the connections for its address come to a stand, once it serves. Rejects when the address
   * is in use by others or not ours; then all is as it was.
   */
  enter(stand: Stand): Promise<void> {
    return this.inTurn(async () => {
      this.#stands = [...this.#stands, stand];
      try {
        await this.rebind();
      } catch (error) {
        await this.rebind(stand);
        throw error;
      }
    });
  }

  /** Have no more connections come to a stand, once this resolves. */
  leave(stand: Stand): Promise<void> {
    return this.inTurn(() => this.rebind(stand));
  }

  /** The host and port at which connections for a stand come in, if it is bound to such. */
  boundFor({ host }: Stand): { readonly host: string; readonly port: number } | undefined {
    const own = this.#listeners.get(host)?.bound;
    if (own !== undefined) return own;
    const [around] = [...this.#listeners].filter(([wider]) => takesIn(wider, host));
    const bound = around?.[1].bound;
    return bound && { host, port: bound.port };
  }

  /** Listeners are opened and closed by one caller at a time. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  /** Listen on the outermost addresses, and on no others; without the stand that leaves. */
  private async rebind(leaving?: Stand): Promise<void> {
    const wanted = outermost(this.#stands.filter((stand) => stand !== leaving));
    const surplus = [...this.#listeners].filter(([host]) => !wanted.has(host));
    if (surplus.length > 0) await acceptWaiting();
    this.#stands = this.#stands.filter((stand) => stand !== leaving);
    for (const [host, listener] of surplus) {
      listener.close();
      this.#listeners.delete(host);
    }
    const failures: unknown[] = [];
    for (const [host, stand] of wanted) {
      if (!this.#listeners.has(host)) await this.bind(stand).catch((error) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  private async bind({ host, address }: Stand): Promise<void> {
    const listener = await Listener.open(address, (socket) => this.accept(socket, host));
    this.#listeners.set(host, listener);
  }

  private accept(socket: Socket, listening: string): void {
    const stand = this.nearest(localHost(socket), listening);
    if (stand === undefined) socket.destroy();
    else stand.accept(socket);
  }

  /** Who serves comes first, then whose address is narrower, then who came later. */
  private nearest(local: string, listening: string): Stand | undefined {
    let nearest: Stand | undefined;
    for (const stand of this.#stands) {
      const { host } = stand;
      if (host !== listening && host !== local && !takesIn(host, local)) continue;
      if (nearest === undefined || !precedes(nearest, stand)) nearest = stand;
    }
    return nearest;
  }
}

/**
 * Let the event loop take what waits at the listeners: closing one cuts those off. Between two of
 * these instants it looks for connections once, and right after that next to nothing is lost.
 */
async function acceptWaiting(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

/** Those that lie within no other, by their hosts. */
function outermost(stands: readonly Stand[]): ReadonlyMap<string, Stand> {
  const isInner = ({ host }: Stand) => stands.some((one) => takesIn(one.host, host));
  return new Map(stands.filter((stand) => !isInner(stand)).map((stand) => [stand.host, stand]));
}

function precedes(a: Stand, b: Stand): boolean {
  return a.isServing === b.isServing ? takesIn(b.host, a.host) : a.isServing;
}

/** Where a connection came in. At a socket for both, IPv4 addresses are written as IPv6 ones. */
function localHost({ localAddress = "" }: Socket): string {
  return localAddress.startsWith("::ffff:") && localAddress.includes(".")
    ? localAddress.slice("::ffff:".length)
    : localAddress;
}

// A region is a port, with all who have an address there. The system gives a port to one of the
// addresses that lie within one another, so the outermost ones are bound, and what comes in there
// goes to whoever is nearest to it.

import type { Socket } from "node:net";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import type { ListenAddress } from "../schema/index.js";
import { Listener } from "./listener.js";
import { takesIn } from "./reach.js";

/** How long a listener stays that another is to replace, once its own address is given up (milliseconds). */
const LINGER_MS = 100;

/** Somebody who is given connections. */
export interface Receiver {
  /** Whether what comes in is answered yet: until then it goes to others, if there are any. */
  readonly isServing: boolean;
  accept(socket: Socket): void;
}

/** A receiver at an address. */
export interface Stand {
  readonly address: ListenAddress;
  /** The host of the address, as the system knows it. */
  readonly host: string;
  readonly receiver: Receiver;
}

/** All who stand at one port, and the listeners that they need. */
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
        // What was closed for it is opened again.
        this.remove(stand);
        await this.rebind();
        throw error;
      }
    });
  }

  /** Have no more connections come to a stand. Resolves when the listeners are those that are needed. */
  leave(stand: Stand): Promise<void> {
    this.remove(stand);
    return this.inTurn(async () => {
      // Who is told of the change comes right away, and would be cut off by it.
      if (!this.isEmpty && this.surplus().length > 0) await sleep(LINGER_MS);
      await this.rebind();
    });
  }

  /** The host and port at which connections for a stand come in, if it is bound to such. */
  boundFor({ host }: Stand): { readonly host: string; readonly port: number } | undefined {
    const own = this.#listeners.get(host)?.bound;
    if (own !== undefined) return own;
    const [around] = [...this.#listeners].filter(([wider]) => takesIn(wider, host));
    const bound = around?.[1].bound;
    return bound && { host, port: bound.port };
  }

  /** Listeners are opened and closed by one caller at a time, and that one is told what went wrong. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  private remove(stand: Stand): void {
    this.#stands = this.#stands.filter((one) => one !== stand);
  }

  /** Listeners that are not on one of the outermost addresses. */
  private surplus(): readonly (readonly [host: string, Listener])[] {
    const wanted = outermost(this.#stands);
    return [...this.#listeners].filter(([host]) => !wanted.has(host));
  }

  /** Listen on the outermost addresses, and on no others. */
  private async rebind(): Promise<void> {
    if (!this.isEmpty && this.surplus().length > 0) await acceptWaiting();
    const wanted = outermost(this.#stands);
    for (const [host, listener] of this.surplus()) {
      listener.close();
      this.#listeners.delete(host);
    }
    const failures: unknown[] = [];
    for (const [host, stand] of wanted) {
      const known = this.#listeners.get(host);
      const bound = known === undefined ? this.bind(stand) : known.permit(stand.address);
      await bound.catch((error) => failures.push(error));
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
    else stand.receiver.accept(socket);
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
  const { isServing } = a.receiver;
  return isServing === b.receiver.isServing ? takesIn(b.host, a.host) : isServing;
}

/** Where a connection came in. At a socket for both, IPv4 addresses are written as IPv6 ones. */
function localHost({ localAddress = "" }: Socket): string {
  return localAddress.startsWith("::ffff:") && localAddress.includes(".")
    ? localAddress.slice("::ffff:".length)
    : localAddress;
}

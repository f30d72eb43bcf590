// The addresses that a process is bound to. Those of one port are kept together, as they may lie
// within one another.

import { lookup } from "node:dns/promises";
import { isIP, isIPv6, SocketAddress } from "node:net";
import type { Context, Lease, Shared } from "../engine/index.js";
import { type ListenAddress, printListen } from "../schema/index.js";
import { hostOf, regionOf } from "./reach.js";
import { type Receiver, Region, type Stand } from "./region.js";

/** An address at which somebody receives connections. */
export interface Listening {
  /** The address with the port that the system chose where it was 0. */
  readonly bound: string;
  /** The port; 0 where there is none. */
  readonly port: number;
  /** Resolves when no more connections will come. */
  close(): Promise<void>;
}

/** What all modules of a Graft share, whichever app they are of. */
export function acquireListeners(context: Context): Promise<Lease<Listeners>> {
  return context.share("listeners", () => new Listeners());
}

/** Listens on addresses, and knows on which. */
export class Listeners implements Shared {
  readonly #regions = new Map<string, Region>();

  /**
   * Have the connections for an address come to a receiver, once it is ready. Rejects when the
   * address is in use by others or not ours; then all is as it was.
   */
  async open(address: ListenAddress, receiver: Receiver): Promise<Listening> {
    const known = await resolved(address);
    const region = this.regionFor(known);
    const stand: Stand = { address: known, host: hostOf(known), receiver };
    try {
      await region.enter(stand);
    } catch (error) {
      this.forget(region);
      throw error;
    }
    const bound = region.boundFor(stand);
    return {
      bound: bound === undefined ? printListen(address) : printHost(bound),
      port: bound?.port ?? 0,
      close: async () => {
        await region.leave(stand);
        this.forget(region);
      },
    };
  }

  close(): void {
    this.#regions.clear();
  }

  private regionFor(address: ListenAddress): Region {
    // Whatever asks for any free port gets one for itself.
    if ("port" in address && address.port === 0) return new Region();
    const key = regionOf(address);
    const region = this.#regions.get(key) ?? new Region();
    this.#regions.set(key, region);
    return region;
  }

  private forget(region: Region): void {
    if (!region.isEmpty) return;
    for (const [key, known] of this.#regions) if (known === region) this.#regions.delete(key);
  }
}

/** The address with its host as the system writes it: names are looked up, as for any socket. */
async function resolved(address: ListenAddress): Promise<ListenAddress> {
  if (!("port" in address) || address.host === "") return address;
  const { network, host } = address;
  if (isIP(host) > 0) return { ...address, host: canonical(host) };
  const family = network === "tcp4" ? 4 : network === "tcp6" ? 6 : 0;
  return { ...address, host: (await lookup(host, { family })).address };
}

/** An address of IPv6 in its one short form, unless it names a zone. */
function canonical(ip: string): string {
  if (!isIPv6(ip) || ip.includes("%")) return ip;
  return new SocketAddress({ address: ip, family: "ipv6" }).address;
}

function printHost({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

// The doors of a Graft: opens them, and keeps together those that share a port.

import { lookup } from "node:dns/promises";
import { isIP, isIPv6, SocketAddress } from "node:net";
import type { Shared } from "../../engine/index.js";
import { type ListenAddress, printListen } from "../../schema/index.js";
import { Door } from "./door.js";
import { hostOf, regionOf } from "./reach.js";
import { Region } from "./region.js";

/** Opens doors, and knows which are open. */
export class Doors implements Shared {
  readonly #regions = new Map<string, Region>();

  /** Bind an address. Rejects when it is in use by others or not ours; then all is as it was. */
  async open(address: ListenAddress): Promise<Door> {
    const known = await resolved(address);
    const region = this.regionFor(known);
    const door: Door = new Door(known, hostOf(known), () => this.leave(region, door));
    try {
      await region.enter(door);
    } catch (error) {
      this.forget(region);
      throw error;
    }
    const bound = region.boundFor(door);
    door.bound = bound === undefined ? printListen(address) : printHost(bound);
    return door;
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

  private async leave(region: Region, door: Door): Promise<void> {
    await region.leave(door);
    this.forget(region);
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

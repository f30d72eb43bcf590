// The doors of a Graft. The system gives a port to one of the addresses that it is a part of: beside
// ":80" nobody can bind "127.0.0.1:80". When a change puts one in the other's place, the door that is
// there makes way for the one to come, and has its address back if the change fails.

import { isIPv6 } from "node:net";
import type { Shared } from "../../engine/index.js";
import type { ListenAddress } from "../../schema/index.js";
import { Door } from "./door.js";

type TcpAddress = Extract<ListenAddress, { port: number }>;

/** Opens doors, and knows which are open. */
export class Doors implements Shared {
  readonly #open = new Map<string, Set<Door>>();

  /** Bind an address. Rejects when it is in use by others or not ours; then all is as it was. */
  async open(address: ListenAddress): Promise<Door> {
    const near = this.near(address);
    for (const door of near) if (door.isClosing) near.delete(door);
    const inTheWay = [...near].filter((door) => overlap(door.address, address));
    const opened = await Door.open(address, inTheWay);
    near.add(opened);
    return opened;
  }

  close(): void {
    this.#open.clear();
  }

  private near(address: ListenAddress): Set<Door> {
    const key = regionOf(address);
    const near = this.#open.get(key) ?? new Set();
    this.#open.set(key, near);
    return near;
  }
}

/** Addresses of different regions never overlap. */
export function regionOf(address: ListenAddress): string {
  if (address.network === "unix") return address.path;
  return address.network === "fd" ? `fd ${address.fd}` : String(address.port);
}

/** Whether some connections would be for both of two addresses of one region. Port 0 is any that is free. */
export function overlap(a: ListenAddress, b: ListenAddress): boolean {
  if (!("port" in a) || !("port" in b)) return !("port" in a) && !("port" in b);
  if (a.port === 0) return false;
  const [one, other] = [hostOf(a), hostOf(b)];
  return one === other || takesIn(one, other) || takesIn(other, one);
}

/** The host of an address; without one, the wildcard of its network. "::/6" is IPv6 alone. */
function hostOf({ network, host }: TcpAddress): string {
  if (network === "tcp4") return host || "0.0.0.0";
  if (network === "tcp6") return host === "" || host === "::" ? "::/6" : host;
  return host || "::";
}

/** Whether a host is a wildcard that another is a part of. */
function takesIn(wildcard: string, host: string): boolean {
  if (wildcard === "::") return true;
  if (wildcard === "0.0.0.0") return !isIPv6(host) && host !== "::/6";
  return wildcard === "::/6" && isIPv6(host);
}

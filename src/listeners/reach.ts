// Which connections an address is for. Addresses of one port may lie within one another: beside
// ":80" there may be "127.0.0.1:80", and connections to 127.0.0.1 are for that one.

import { isIPv6 } from "node:net";
import { type ListenAddress, printListen } from "../schema/index.js";

/** Everything that comes in at a port, all of IPv4, and all of IPv6. */
const ANY = "::";
const ANY_4 = "0.0.0.0";
const ANY_6 = "::/6";

/** Addresses of different regions have no connection in common. */
export function regionOf(address: ListenAddress): string {
  if (address.network === "unix") return address.path;
  return address.network === "fd" ? `fd ${address.fd}` : String(address.port);
}

/** The host that an address is for: a wildcard where it names none, and nothing beyond TCP. */
export function hostOf(address: ListenAddress): string {
  if (!("port" in address)) return "";
  const { network, host } = address;
  if (network === "tcp4") return host || ANY_4;
  if (network === "tcp6") return host === "" || host === ANY ? ANY_6 : host;
  return host || ANY;
}

/**
 * What an address is claimed by: two of one name are for the same connections. Undefined for port 0,
 * which is any that is free.
 */
export function claimOf(address: ListenAddress): string | undefined {
  if (!("port" in address)) return printListen(address);
  if (address.port === 0) return undefined;
  const host = hostOf(address);
  if (host === ANY) return `:${address.port}`;
  if (host === ANY_6) return `tcp6/:${address.port}`;
  return `${isIPv6(host) ? `[${host}]` : host}:${address.port}`;
}

/** Whether a host is a wildcard that another host is a part of. */
export function takesIn(wildcard: string, host: string): boolean {
  if (wildcard === host) return false;
  if (wildcard === ANY) return true;
  if (wildcard === ANY_4) return !isIPv6(host) && host !== ANY_6;
  return wildcard === ANY_6 && isIPv6(host) && host !== ANY;
}

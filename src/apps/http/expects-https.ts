// Whether a server is meant to speak HTTPS. Caddy turns that on by itself where hosts are named; TLS
// is not served here yet, and whoever brings such a config has to be told.

import { childOf, isArray, type Json } from "../../document/index.js";
import type { ListenAddress, Static } from "../../schema/index.js";
import type { ServerSchema } from "./server-schema.js";

/** The ports that plain HTTP and HTTPS have in a config. */
export interface WellKnownPorts {
  readonly http: number;
  readonly https: number;
}

/** Whether Caddy would speak HTTPS at these addresses of a server. */
export function expectsHttps(
  { automatic_https, routes = [] }: Static<typeof ServerSchema>,
  addresses: readonly ListenAddress[],
  ports: WellKnownPorts,
): boolean {
  if (automatic_https?.disable || addresses.every((address) => isAt(address, ports.http))) {
    return false;
  }
  const skipped = new Set<Json>(automatic_https?.skip);
  return (
    addresses.every((address) => isAt(address, ports.https)) ||
    routes.some((route) => namesHosts(route, skipped))
  );
}

function isAt(address: ListenAddress, port: number): boolean {
  return "port" in address && address.port === port;
}

/** Whether a route is for a host, other than those that do without. */
function namesHosts(route: Json, skipped: ReadonlySet<Json>): boolean {
  const sets = childOf(route, "match");
  if (!isArray(sets)) return false;
  return sets.some((set) => {
    const hosts = childOf(set, "host");
    return isArray(hosts) ? hosts.some((host) => !skipped.has(host)) : hosts !== undefined;
  });
}

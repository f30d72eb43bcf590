// Whether a server is meant to speak HTTPS. Caddy turns that on by itself where hosts are named; TLS
// is not served here yet, and whoever brings such a config has to be told.

import { isArray, isObject, type Json } from "../../document/index.js";
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
  return addresses.every((address) => isAt(address, ports.https)) || routes.some(namesHosts);
}

function isAt(address: ListenAddress, port: number): boolean {
  return "port" in address && address.port === port;
}

function namesHosts(route: Json): boolean {
  const sets = isObject(route) && Object.hasOwn(route, "match") ? route.match : undefined;
  return isArray(sets) && sets.some((set) => isObject(set) && Object.hasOwn(set, "host"));
}

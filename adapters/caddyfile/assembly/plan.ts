// Which servers there are to be. Every address that some key is served at is a server of its own at
// first; addresses that serve the same keys of the same sites become one.

import { compare } from "../compare.js";
import type { GlobalOptions } from "../options/global-options.js";
import { listenersOf } from "./listeners.js";
import type { Key, Site } from "./site.js";

/** A site as one server has it: with those of its keys that are served there. */
export interface ServedSite {
  readonly site: Site;
  readonly keys: readonly Key[];
}

/** An address to listen on, and the protocols there; `""` is the default ones. */
export interface Listener {
  readonly address: string;
  readonly protocols: readonly string[];
}

/** A server: where it listens and what it serves. */
export interface ServerPlan {
  readonly listeners: readonly Listener[];
  readonly sites: readonly ServedSite[];
}

/** An address with one protocol, and what it serves. */
interface Endpoint {
  readonly address: string;
  readonly protocol: string;
  readonly sites: ServedSite[];
  /** The sites and keys as text, the same for endpoints that serve the same. */
  signature: string;
}

/** Plan the servers, in the order of their addresses. */
export function planServers(sites: readonly Site[], options: GlobalOptions): readonly ServerPlan[] {
  const plans = new Map<
    string,
    { readonly listeners: Map<string, string[]>; sites: ServedSite[] }
  >();
  for (const { address, protocol, sites: served, signature } of endpointsOf(sites, options)) {
    let plan = plans.get(signature);
    if (plan === undefined) {
      plan = { listeners: new Map(), sites: served };
      plans.set(signature, plan);
    }
    const protocols = plan.listeners.get(address);
    if (protocols === undefined) plan.listeners.set(address, [protocol]);
    else protocols.push(protocol);
  }
  return [...plans.values()].map(({ listeners, sites: served }) => ({
    listeners: [...listeners].map(([address, protocols]) => ({ address, protocols })),
    sites: served,
  }));
}

/** All endpoints, sorted by address and protocol. */
function endpointsOf(sites: readonly Site[], options: GlobalOptions): readonly Endpoint[] {
  const endpoints = new Map<string, Endpoint>();
  for (const [index, site] of sites.entries()) {
    for (const { address, protocol, keys } of keysByEndpoint(site, options)) {
      const id = JSON.stringify([address, protocol]);
      let endpoint = endpoints.get(id);
      if (endpoint === undefined) {
        endpoint = { address, protocol, sites: [], signature: "" };
        endpoints.set(id, endpoint);
      }
      endpoint.sites.push({ site, keys });
      endpoint.signature += `${index}:${keys.map((key) => site.keys.indexOf(key)).join(",")};`;
    }
  }
  return [...endpoints.values()].sort(
    (a, b) => compare(a.address, b.address) || compare(a.protocol, b.protocol),
  );
}

function keysByEndpoint(site: Site, options: GlobalOptions) {
  const found = new Map<string, { address: string; protocol: string; keys: Key[] }>();
  for (const key of site.keys) {
    for (const [address, protocols] of listenersOf(site, key, options)) {
      for (const protocol of protocols) {
        const id = `${protocol} ${address}`;
        const endpoint = found.get(id);
        if (endpoint === undefined) found.set(id, { address, protocol, keys: [key] });
        else endpoint.keys.push(key);
      }
    }
  }
  return found.values();
}

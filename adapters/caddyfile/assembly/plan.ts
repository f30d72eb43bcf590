// Which servers there are to be. Every address that some key is served at is a server of its own at
// first; addresses that serve the same keys of the same sites become one.

import { compare } from "../compare.js";
import { Counter } from "../counter.js";
import type { GlobalOptions } from "../options/global-options.js";
import type { Token } from "../syntax/token.js";
import { type Listeners, listenersOf } from "./listeners.js";
import type { Key, Site } from "./site.js";

/** A site as one server has it: with those of its keys that are served there. */
export interface ServedSite {
  readonly site: Site;
  readonly keys: readonly Key[];
  /** How many servers before this one have the site as well. */
  readonly before: number;
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
  readonly sites: GrowingSite[];
  /** The sites and keys as text, the same for endpoints that serve the same. */
  signature: string;
}

/** A site that keys are still added to. */
interface GrowingSite {
  readonly site: Site;
  readonly keys: Key[];
  before: number;
}

/** A plan that endpoints are still added to. */
interface GrowingPlan {
  /** The address it was begun for. */
  readonly first: string;
  readonly listeners: Map<string, string[]>;
  readonly sites: Endpoint["sites"];
}

/** Plan the servers, in the order of their addresses. */
export function planServers(sites: readonly Site[], options: GlobalOptions): readonly ServerPlan[] {
  const plans: GrowingPlan[] = [];
  const bySignature = new Map<string, GrowingPlan>();
  for (const endpoint of endpointsOf(sites, options)) {
    const { address, protocol, signature } = endpoint;
    let plan = bySignature.get(signature);
    if (plan === undefined) {
      plan = { first: address, listeners: new Map(), sites: endpoint.sites };
      plans.push(plan);
      bySignature.set(signature, plan);
    } else if (plan.first === address) {
      // Caddy begins a server for each protocol of this address, and finds nothing left to put
      // into it. Such a server does nothing, but takes a name: those that follow count on from it.
      plans.push({ first: address, listeners: new Map(), sites: [] });
    }
    const protocols = plan.listeners.get(address);
    if (protocols === undefined) plan.listeners.set(address, [protocol]);
    else protocols.push(protocol);
  }
  for (const plan of plans) refuseAmbiguous(plan.sites);
  if (plans.length > 1) countServers(plans);
  return plans.map(({ listeners, sites }) => ({
    listeners: [...listeners].map(([address, protocols]) => ({ address, protocols })),
    sites,
  }));
}

/** Note at each site which of its servers that one is. */
function countServers(plans: readonly GrowingPlan[]): void {
  const counts = new Map<Site, number>();
  for (const served of plans.flatMap(({ sites }) => sites)) {
    served.before = counts.get(served.site) ?? 0;
    counts.set(served.site, served.before + 1);
  }
}

/** So often may a site's address be served somewhere, all sites and places taken together. */
const MAX_SERVED = 1_000_000;

/** All endpoints, sorted by address and protocol. */
function endpointsOf(sites: readonly Site[], options: GlobalOptions): readonly Endpoint[] {
  const served = new Counter();
  const listeners = listenersOf(options);
  const endpoints = new Endpoints();
  for (const [index, site] of sites.entries()) {
    for (const [number, key] of site.keys.entries()) {
      for (const endpoint of endpoints.at(listeners(site, key))) {
        if (served.next() === MAX_SERVED) {
          key.token.fail(`more than ${MAX_SERVED} listeners for the addresses of sites`);
        }
        addKey(endpoint, { site, index }, { key, number });
      }
    }
  }
  return endpoints.sorted();
}

/** The endpoints that are known so far, one for each address and protocol. */
class Endpoints {
  private readonly byId = new Map<string, Endpoint>();
  private readonly byListeners = new Map<Listeners, readonly Endpoint[]>();

  at(listeners: Listeners): readonly Endpoint[] {
    let endpoints = this.byListeners.get(listeners);
    if (endpoints === undefined) {
      endpoints = [...listeners].flatMap(([address, protocols]) =>
        [...protocols].map((protocol) => this.one(address, protocol)),
      );
      this.byListeners.set(listeners, endpoints);
    }
    return endpoints;
  }

  sorted(): readonly Endpoint[] {
    return [...this.byId.values()].sort(
      (a, b) => compare(a.address, b.address) || compare(a.protocol, b.protocol),
    );
  }

  private one(address: string, protocol: string): Endpoint {
    const id = `${protocol} ${address}`;
    const endpoint = this.byId.get(id) ?? { address, protocol, sites: [], signature: "" };
    this.byId.set(id, endpoint);
    return endpoint;
  }
}

/** A site is served at an endpoint, by one of its keys. The sites come one after the other. */
function addKey(
  endpoint: Endpoint,
  { site, index }: { readonly site: Site; readonly index: number },
  { key, number }: { readonly key: Key; readonly number: number },
): void {
  const last = endpoint.sites.at(-1);
  if (last?.site === site) last.keys.push(key);
  else {
    endpoint.sites.push({ site, keys: [key], before: 0 });
    endpoint.signature += `;${index}:`;
  }
  endpoint.signature += `${number},`;
}

/** Two sites of one server may not have the same address: nobody could tell which is meant. */
function refuseAmbiguous(sites: Endpoint["sites"]): void {
  const seen = new Map<string, { readonly token: Token; readonly site: Site }>();
  for (const { site, keys } of sites) {
    for (const { token } of keys) {
      const other = seen.get(token.text);
      if (other !== undefined && other.site !== site) {
        const { file, line } = other.token;
        token.fail(`ambiguous site definition: ${token.text}`, `${file}:${line} is the same`);
      }
      seen.set(token.text, { token, site });
    }
  }
}

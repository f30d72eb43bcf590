// How a server shakes hands. Each `tls` directive that says something about it makes a policy for
// its site's names; what remains is covered by a policy for all.

import type { JsonObject } from "../../../src/document/index.js";
import { hostsOf } from "../assembly/hosts.js";
import { portsOf } from "../assembly/listeners.js";
import type { ServedSite, ServerPlan } from "../assembly/plan.js";
import { compare } from "../compare.js";
import { omitEmpty } from "../json.js";
import type { Run } from "../line.js";
import type { GlobalOptions } from "../options/global-options.js";
import { consolidatePolicies } from "./consolidate-policies.js";
import { connectionPolicyJson, type Policy } from "./policy.js";
import { shieldHosts } from "./shield.js";
import type { SiteTls } from "./site-tls.js";

/** What the sites of a server want, before it is put in order. */
export interface Wanted {
  readonly policies: readonly Policy[];
  /** Names that want nothing special. */
  readonly plain: readonly string[];
  readonly catchesAll: boolean;
}

/** As it is collected. */
interface Collected {
  readonly policies: Policy[];
  readonly plain: string[];
  catchesAll: boolean;
}

/** What the sites of a server say about handshakes. */
export function wantedPolicies({ sites }: ServerPlan, options: GlobalOptions): Wanted {
  const wanted: Collected = { policies: [], plain: [], catchesAll: false };
  for (const served of sites) addSite(served, wanted, options);
  return wanted;
}

/** The connection policies of a server whose sites want this. */
export function connectionPolicies(
  wanted: Wanted,
  plan: ServerPlan,
  automatic: JsonObject | undefined,
  { options, marks }: Run,
): readonly JsonObject[] {
  const policies = [...shieldHosts(wanted.policies, wanted.plain)];
  const token = plan.sites[0]?.keys[0]?.token;
  if (token !== undefined && wantsTls(plan, automatic, options) && !wanted.catchesAll) {
    const settings = forClientsWithoutName(options);
    const adds = addsPolicyItself(plan, automatic, options);
    if (policies.length > 0 || !adds || Object.keys(settings).length > 0) {
      policies.push({ names: undefined, settings, token });
    }
  }
  return consolidatePolicies(policies).map((policy) =>
    marks.mark(connectionPolicyJson(policy), policy.token),
  );
}

function addSite(served: ServedSite, wanted: Collected, options: GlobalOptions): void {
  const { tls } = served.site;
  const hosts = hostsOf(served);
  if (tls.length === 0) {
    for (const host of hosts) if (!host.includes("*")) wanted.plain.push(host);
    return;
  }
  const isForced = hosts.length > 0 && tls.some(({ forceAutomate }) => forceAutomate === true);
  for (const one of tls) {
    const policy = policyFor(one, hosts, options);
    if (isForced || Object.keys(policy.settings).length > 0) {
      wanted.policies.push(policy);
      wanted.catchesAll = policy.names === undefined;
    } else for (const host of hosts) wanted.plain.push(host);
  }
}

/** A policy for the names of a site; for clients that send none, too, when one is the default. */
function policyFor(
  { token, connectionPolicy = {} }: SiteTls,
  hosts: readonly string[],
  options: GlobalOptions,
): Policy {
  if (hosts.length === 0) {
    const settings = { ...connectionPolicy, ...forClientsWithoutName(options) };
    return { names: undefined, settings, token };
  }
  const { defaultSni, fallbackSni } = options;
  const isFallback = fallbackSni !== defaultSni && hosts.includes(fallbackSni ?? "");
  const sni = omitEmpty({
    default_sni: hosts.includes(defaultSni ?? "") ? defaultSni : undefined,
    fallback_sni: isFallback ? fallbackSni : undefined,
  });
  const names = Object.keys(sni).length > 0 ? ["", ...hosts] : [...hosts];
  return { names: names.sort(compare), settings: { ...connectionPolicy, ...sni }, token };
}

/** What is said for clients that send no name, or one that there is no certificate for. */
function forClientsWithoutName({ defaultSni, fallbackSni }: GlobalOptions): JsonObject {
  return omitEmpty({ default_sni: defaultSni, fallback_sni: fallbackSni });
}

/**
 * Whether one of the server's addresses is for HTTPS. A host is left out where it was named with
 * `http://` before; one that is only named so later has asked for HTTPS meanwhile.
 */
function wantsTls(
  { sites }: ServerPlan,
  automatic: JsonObject | undefined,
  options: GlobalOptions,
): boolean {
  const skips = automatic?.skip !== undefined;
  const skipped = new Set<string>();
  const { http } = portsOf(options);
  return sites.some(({ site, keys }) =>
    keys.some(({ address: { scheme, host, port } }) => {
      if (scheme === "http" && skips) skipped.add(host);
      if (scheme !== "") return scheme === "https";
      const enabled = site.tls.length > 0 || (host !== "" && !skipped.has(host));
      return port !== http && enabled;
    }),
  );
}

/** Whether automatic HTTPS will make a policy for all when the server starts. */
function addsPolicyItself(
  { sites }: ServerPlan,
  automatic: JsonObject | undefined,
  options: GlobalOptions,
): boolean {
  const { http, https } = portsOf(options);
  if (automatic?.disable === true) return false;
  return sites.every(({ keys }) =>
    keys.every(({ address: { host, port } }) => port === https || (port !== http && host !== "")),
  );
}

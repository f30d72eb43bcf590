// How a server shakes hands. Each `tls` directive that says something about it makes a policy for
// its site's names; what remains is covered by a policy for all.

import type { Json, JsonObject } from "../../../src/document/index.js";
import { hostsOf } from "../assembly/hosts.js";
import { portsOf } from "../assembly/listeners.js";
import type { ServedSite, ServerPlan } from "../assembly/plan.js";
import { compare } from "../compare.js";
import { omitEmpty } from "../json.js";
import type { GlobalOptions } from "../options/global-options.js";
import { consolidatePolicies } from "./consolidate-policies.js";
import type { Policy } from "./policy.js";
import { shieldHosts } from "./shield.js";

/** What the sites want, before it is put in order. */
interface Wanted {
  readonly policies: Policy[];
  /** Names that want nothing special. */
  readonly plain: string[];
  catchesAll: boolean;
}

/** The connection policies of a server. */
export function connectionPolicies(
  plan: ServerPlan,
  automatic: JsonObject | undefined,
  options: GlobalOptions,
): readonly Policy[] {
  const wanted: Wanted = { policies: [], plain: [], catchesAll: false };
  for (const served of plan.sites) addSite(served, wanted, options);
  const policies = [...shieldHosts(wanted.policies, wanted.plain)];
  if (wantsTls(plan, automatic, options) && !wanted.catchesAll) {
    const rest = omitEmpty({ default_sni: options.defaultSni, fallback_sni: options.fallbackSni });
    const adds = addsPolicyItself(plan, automatic, options);
    if (policies.length > 0 || !adds || Object.keys(rest).length > 0) policies.push(rest);
  }
  return consolidatePolicies(policies);
}

function addSite(served: ServedSite, wanted: Wanted, options: GlobalOptions): void {
  const { tls } = served.site;
  const hosts = [...hostsOf(served)];
  if (tls.length === 0) {
    wanted.plain.push(...hosts.filter((host) => host !== "" && !host.includes("*")));
    return;
  }
  const forced = tls.some(({ forceAutomate }) => forceAutomate === true) && hosts.length > 0;
  for (const { connectionPolicy = {} } of tls) {
    const policy = forHosts(connectionPolicy, hosts, options);
    if (forced || saysSomething(policy)) {
      wanted.policies.push(policy);
      wanted.catchesAll = hosts.length === 0;
    } else wanted.plain.push(...hosts);
  }
}

/** A policy for the names of a site; for clients that send none, too, when one is the default. */
function forHosts(policy: Policy, hosts: string[], options: GlobalOptions): Policy {
  const { defaultSni = "", fallbackSni = "" } = options;
  const names: Record<string, Json> = {};
  const named = hosts.find((host) => host === defaultSni || host === fallbackSni);
  if (named !== undefined) {
    hosts.push("");
    if (named === defaultSni) names.default_sni = defaultSni;
    else names.fallback_sni = fallbackSni;
  }
  if (hosts.length === 0) {
    return { ...policy, ...omitEmpty({ default_sni: defaultSni, fallback_sni: fallbackSni }) };
  }
  hosts.sort(compare);
  return { match: { sni: [...hosts] }, ...policy, ...names };
}

/** Whether a policy does more than match. */
function saysSomething(policy: Policy): boolean {
  return Object.keys(policy).some((key) => key !== "match");
}

/** Whether one of the server's addresses is for HTTPS. */
function wantsTls(
  { sites }: ServerPlan,
  automatic: JsonObject | undefined,
  options: GlobalOptions,
): boolean {
  const skipped = new Set(automatic?.skip as readonly string[] | undefined);
  const { http } = portsOf(options);
  return sites.some(({ site, keys }) =>
    keys.some(({ address: { scheme, host, port } }) => {
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

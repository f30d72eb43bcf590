// The automation policies that sites ask for. A site without a host has no names of its own: what it
// says holds for all names that no other site is about, together with the global options.

import { httpsHostsOf, isCatchAll } from "../assembly/hosts.js";
import { portsOf } from "../assembly/listeners.js";
import type { ServedSite, ServerPlan } from "../assembly/plan.js";
import { isForPlainHttp } from "../assembly/schemes.js";
import { compare } from "../compare.js";
import type { GlobalOptions } from "../options/global-options.js";
import { type AutomationPolicy, basePolicy, wantsDefaultPolicy } from "./automation-policy.js";
import { canonical } from "./canonical.js";
import { INTERNAL, withBindHost } from "./issuer.js";
import { isPublic, isTailscale, qualifiesForCertificate } from "./subjects.js";

/** The sites that can have certificates: not those for plain HTTP. */
export function securedSites(
  plans: readonly ServerPlan[],
  options: GlobalOptions,
): readonly ServedSite[] {
  return plans
    .filter((plan) => !isForPlainHttp(plan, options))
    .flatMap(({ sites }) => sites)
    .filter(({ keys }) => keys.some(({ address }) => address.scheme !== "http"));
}

/** The policies that these sites and the global options ask for. */
export function sitePolicies(
  sites: readonly ServedSite[],
  options: GlobalOptions,
): readonly AutomationPolicy[] {
  const base = basePolicy(options);
  const { http } = portsOf(options);
  const hostless = sites.filter(isCatchAll);
  const [shared = base, ...internal] = hostlessPolicies(hostless, base, options);
  const hasDefault = wantsDefaultPolicy(options);
  const policies = sites.flatMap((served) => {
    if (served === hostless[0]) return hasDefault ? internal : [shared, ...internal];
    if (isCatchAll(served)) return [];
    return forNames(withSettings(base, served), namesOf([served], http), [served]);
  });
  return hasDefault ? [shared, ...policies] : policies;
}

/**
 * Sites without a host share one policy with all names that no site is about, as nothing could tell
 * theirs apart. If all of them have other addresses with a host, it is for these hosts only.
 */
function hostlessPolicies(
  sites: readonly ServedSite[],
  base: AutomationPolicy,
  options: GlobalOptions,
): readonly AutomationPolicy[] {
  if (sites.length === 0) return [];
  let policy = wantsDefaultPolicy(options) ? base : undefined;
  for (const served of sites) {
    const next = withSettings(policy ?? base, served);
    if (policy !== undefined) refuseConflict(served, policy, next);
    policy = next;
  }
  const { http } = portsOf(options);
  const isForAll = sites.some((served) => namesOf([served], http).length === 0);
  return forNames(policy ?? base, isForAll ? [] : namesOf(sites, http), sites);
}

/** The names that sites want certificates for. */
function namesOf(sites: readonly ServedSite[], httpPort: string): readonly string[] {
  const names = sites.flatMap((served) => httpsHostsOf(served, httpPort));
  return [...new Set(names)].sort(compare);
}

/** What the site's `tls` directives say, put over what holds already. */
function withSettings(base: AutomationPolicy, { site }: ServedSite): AutomationPolicy {
  const { tls, binds } = site;
  if (tls.length === 0 && binds.length === 0) return base;
  const own = tls.flatMap(({ issuers = [] }) => issuers);
  const issuers = own.length > 0 ? own : base.issuers;
  return {
    ...base,
    issuers: binds.length === 0 ? issuers : issuers.map((issuer) => withBindHost(issuer, binds)),
    managers: [...base.managers, ...tls.flatMap(({ managers = [] }) => managers)],
    keyType: tls.find(({ keyType }) => keyType !== undefined)?.keyType ?? base.keyType,
    renewalWindowRatio:
      tls.find(({ renewalWindowRatio }) => renewalWindowRatio !== undefined)?.renewalWindowRatio ??
      base.renewalWindowRatio,
    onDemand: base.onDemand || tls.some(({ onDemand }) => onDemand === true),
    reusePrivateKeys:
      base.reusePrivateKeys || tls.some(({ reusePrivateKeys }) => reusePrivateKeys === true),
  };
}

/**
 * A policy for the names of sites. Where no issuer was named, names that no public authority vouches
 * for get a policy of their own, if there are others.
 */
function forNames(
  policy: AutomationPolicy,
  names: readonly string[],
  sites: readonly ServedSite[],
): readonly AutomationPolicy[] {
  const token = sites[0]?.site.tls[0]?.token ?? sites[0]?.keys[0]?.token;
  const made = { ...policy, ...(token === undefined ? {} : { token }) };
  const external: string[] = [];
  const internal: string[] = [];
  for (const name of policy.issuers.length > 0 ? [] : names) {
    if (isTailscale(name)) continue;
    if (!qualifiesForCertificate(name)) refuseName(name, sites);
    (isPublic(name, policy.onDemand) ? external : internal).push(name);
  }
  if (external.length === 0 || internal.length === 0) return [{ ...made, subjects: names }];
  return [
    { ...made, subjects: external },
    { ...made, subjects: internal, issuers: [INTERNAL], implied: true },
  ];
}

function refuseName(name: string, sites: readonly ServedSite[]): void {
  const keys = sites.flatMap((served) => served.keys);
  const key = keys.find(({ address }) => address.host === name);
  key?.token.fail(`subject does not qualify for certificate: '${name}'`);
}

function refuseConflict(
  { site: { tls } }: ServedSite,
  before: AutomationPolicy,
  policy: AutomationPolicy,
): void {
  const own = tls.find(({ issuers = [] }) => issuers.length > 0);
  if (own === undefined || canonical(before.issuers) === canonical(policy.issuers)) return;
  own.token.fail(
    "automation policy from site block is also default/catch-all policy because of key without hostname, and the two are in conflict",
    "say who issues certificates in the global options, or give the site a hostname",
  );
}

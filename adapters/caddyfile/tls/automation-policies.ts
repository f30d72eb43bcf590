// All automation policies: those of the sites, of names that no site's route shows, and of the outer
// names of encrypted handshakes.

import type { JsonObject } from "../../../src/document/index.js";
import type { ServedSite } from "../assembly/plan.js";
import type { Run } from "../line.js";
import type { GlobalOptions } from "../options/global-options.js";
import { withAcmeDefaults } from "./acme-defaults.js";
import {
  type AutomationPolicy,
  basePolicy,
  isEmpty,
  policyJson,
  wantsDefaultPolicy,
} from "./automation-policy.js";
import { consolidateAutomation } from "./consolidate-automation.js";
import { defaultIssuers, INTERNAL, type Issuer } from "./issuer.js";
import { sitePolicies } from "./site-policies.js";
import { isPublic, isStrictlyPublic, isTailscale, qualifiesForCertificate } from "./subjects.js";

/** The policies of the document. `hidden` are hosts that no route shows. */
export function automationPolicies(
  sites: readonly ServedSite[],
  hidden: readonly string[],
  run: Run,
): readonly JsonObject[] {
  const { options, marks } = run;
  if (hidden.length === 0 && saysNothing(options) && sites.every(isUsual)) return [];
  const issuersOf = finalIssuers(run);
  const wanted = [
    ...sitePolicies(sites, options),
    ...outerPolicies(options),
    ...hiddenPolicies(hidden),
  ];
  const policies = consolidateAutomation(
    wanted.map((policy) => {
      const issuers = issuersOf(policy);
      return issuers === policy.issuers ? policy : { ...policy, issuers };
    }),
  );
  refuseAmbiguous(policies, sites);
  return policies.map((policy) => {
    const json = policyJson(policy);
    return policy.token === undefined ? json : marks.mark(json, policy.token);
  });
}

/** Whether the global options leave all certificates to what happens by itself. */
function saysNothing(options: GlobalOptions): boolean {
  const { email, ech } = options;
  const isDefault = !wantsDefaultPolicy(options) && isEmpty(basePolicy(options));
  return isDefault && email === undefined && ech === undefined;
}

/** Whether a site is for public names only and says nothing about their certificates, as most. */
function isUsual({ site, keys }: ServedSite): boolean {
  if (site.tls.length > 0 || site.binds.length > 0) return false;
  return keys.every(({ address: { host } }) => {
    const qualifies = host !== "" && qualifiesForCertificate(host);
    return qualifies && isPublic(host, false) && !isTailscale(host);
  });
}

/** The outer names of encrypted handshakes need certificates like any other. */
function outerPolicies(options: GlobalOptions): readonly AutomationPolicy[] {
  if (options.ech === undefined) return [];
  const configs = options.ech.configs as readonly JsonObject[];
  const names = configs.map((config) => config.public_name as string);
  return [{ ...basePolicy(options), subjects: names.filter((name) => name !== "") }];
}

/** Names that no route shows, and that only an authority of one's own vouches for. */
function hiddenPolicies(hidden: readonly string[]): readonly AutomationPolicy[] {
  const subjects = hidden.filter((name) => !isStrictlyPublic(name));
  if (subjects.length === 0) return [];
  return [{ ...basePolicy({}), subjects, issuers: [INTERNAL], implied: true }];
}

/**
 * The issuers of a policy with what the global options say. Once they say something about ACME,
 * the issuers for public names that are used by default have to be named, to say it of them.
 */
function finalIssuers({ options, marks }: Run): (policy: AutomationPolicy) => readonly Issuer[] {
  const { email, acmeCa, acmeCaRoot, acmeDns, acmeEab, preferredChains } = options;
  const defaults = acmeCa === undefined ? defaultIssuers(email) : defaultIssuers();
  const isSaid = [email, acmeCa, acmeCaRoot, acmeDns, acmeEab, preferredChains].some(
    (option) => option !== undefined,
  );
  const known = new Map<readonly Issuer[], readonly Issuer[]>();
  return (policy) => {
    const { issuers: named } = policy;
    if (policy.implied || (named.length === 0 && !(isSaid && isAllPublic(policy)))) return named;
    const issuers = named.length === 0 ? defaults : named;
    let filled = known.get(issuers);
    if (filled === undefined) {
      filled = issuers.map((issuer) => marks.carry(withAcmeDefaults(issuer, options), issuer));
      known.set(issuers, filled);
    }
    return filled;
  };
}

function isAllPublic({ subjects, onDemand }: AutomationPolicy): boolean {
  return subjects.every((name) => isPublic(name, onDemand) && !isTailscale(name));
}

/** Two policies for one name: nobody could tell which is meant. */
function refuseAmbiguous(
  policies: readonly AutomationPolicy[],
  sites: readonly ServedSite[],
): void {
  const seen = new Set<string>();
  for (const { subjects, token } of policies) {
    for (const name of subjects) {
      if (seen.has(name)) {
        const keys = sites.flatMap((site) => site.keys);
        const key = keys.findLast(({ address }) => address.host === name);
        (key?.token ?? token)?.fail(
          `hostname appears in more than one automation policy, making certificate management ambiguous: ${name}`,
        );
      }
      seen.add(name);
    }
  }
}

// A wildcard site that asks for client certificates must not ask them of a more specific site that
// has no TLS settings: the policy of the wildcard matches its name too. So such names get, before
// the wildcard's policy, a copy of it that asks for no certificate.

import { compare } from "../compare.js";
import { type Policy, sniOf } from "./policy.js";

/** The policies with shields for the names that want nothing special. */
export function shieldHosts(
  policies: readonly Policy[],
  plain: readonly string[],
): readonly Policy[] {
  const wildcards = policies.map(clientAuthWildcards);
  const shielded = policies.map(() => new Set<string>());
  for (const host of plain) {
    const first = wildcards.findIndex((names) => names.some((name) => covers(name, host)));
    shielded[first]?.add(host);
  }
  return policies.flatMap((policy, index) => {
    const hosts = [...(shielded[index] as Set<string>)].sort(compare);
    if (hosts.length === 0) return [policy];
    const { client_authentication: _, ...rest } = policy;
    return [{ ...rest, match: { sni: hosts } }, policy];
  });
}

/** The names with a wildcard of a policy that asks for client certificates. */
function clientAuthWildcards(policy: Policy): readonly string[] {
  if (policy.client_authentication === undefined) return [];
  return sniOf(policy)?.filter((name) => name.includes("*")) ?? [];
}

/** Whether a wildcard, which stands for one label, covers a host. */
function covers(wildcard: string, host: string): boolean {
  const [name, pattern] = [host.toLowerCase(), wildcard.toLowerCase()];
  if (name === pattern) return true;
  const labels = name.split(".");
  return labels.some((_, at) => labels.with(at, "*").join(".") === pattern);
}

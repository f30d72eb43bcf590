// A wildcard site that asks for client certificates must not ask them of a more specific site that
// has no TLS settings: the policy of the wildcard matches its name too. So such names get, before
// the wildcard's policy, a copy of it that asks for no certificate.

import { compare } from "../compare.js";
import type { Policy } from "./policy.js";
import { coversOf } from "./wildcards.js";

/** The policies with shields for the names that want nothing special. */
export function shieldHosts(
  policies: readonly Policy[],
  plain: readonly string[],
): readonly Policy[] {
  const firstFor = clientAuthWildcards(policies);
  if (firstFor.size === 0) return policies;
  const shielded = new Map<number, Set<string>>();
  for (const host of plain) {
    const covering = coversOf(host).flatMap((cover) => firstFor.get(cover) ?? []);
    if (covering.length === 0) continue;
    const first = Math.min(...covering);
    const hosts = shielded.get(first);
    if (hosts === undefined) shielded.set(first, new Set([host]));
    else hosts.add(host);
  }
  return policies.flatMap((policy, index) => {
    const hosts = shielded.get(index);
    if (hosts === undefined) return [policy];
    const { client_authentication: _, ...settings } = policy.settings;
    return [{ ...policy, names: [...hosts].sort(compare), settings }, policy];
  });
}

/** Names with a wildcard for which clients are asked for certificates, and by which policy. */
function clientAuthWildcards(policies: readonly Policy[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const [index, { names = [], settings }] of policies.entries()) {
    if (settings.client_authentication === undefined) continue;
    for (const name of names) {
      const lower = name.toLowerCase();
      if (name.includes("*") && !first.has(lower)) first.set(lower, index);
    }
  }
  return first;
}

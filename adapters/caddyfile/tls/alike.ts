// Which automation policies are alike in all but the names they are for.

import { type AutomationPolicy, impliedIssuers } from "./automation-policy.js";
import { canonical } from "./canonical.js";
import { INTERNAL } from "./issuer.js";

/** Policies of a list that are alike. A policy is known by its index. */
export class Alike {
  private readonly groups = new Map<string, number[]>();
  /** For each policy its own group, and then those that count as the same. */
  private readonly keys: readonly (readonly string[])[];

  constructor(policies: readonly AutomationPolicy[]) {
    const issuersKeys = issuersKeysOnce();
    this.keys = policies.map((policy, at) => {
      const rest = restKey(policy);
      const keys = issuersKeys(policy).map((key) => `${key} ${rest}`);
      const [own = ""] = keys;
      const group = this.groups.get(own);
      if (group === undefined) this.groups.set(own, [at]);
      else group.push(at);
      return keys;
    });
  }

  /** The policies behind one of the list that are like it, in order. */
  behind(at: number): readonly number[] {
    const found = (this.keys[at] ?? []).flatMap((key) => this.groups.get(key) ?? []);
    return found.filter((other) => other > at).sort((a, b) => a - b);
  }
}

/** All but the issuers as a text. Whether responses are stapled is the same for all policies. */
function restKey(policy: AutomationPolicy): string {
  const { managers, keyType, onDemand, reusePrivateKeys, renewalWindowRatio } = policy;
  const certificates = `${keyType} ${onDemand} ${reusePrivateKeys} ${renewalWindowRatio}`;
  return managers.length === 0 ? certificates : `${certificates} ${canonical(managers)}`;
}

/**
 * The issuers of a policy as a text, and then those that count as the same. Where none are named,
 * Caddy chooses: the same for all public names, and its own authority for internal ones.
 */
function issuersKeysOnce(): (policy: AutomationPolicy) => readonly string[] {
  const known = new Map<AutomationPolicy["issuers"], string>();
  const internal = canonical([INTERNAL]);
  return (policy) => {
    const { issuers, implied } = policy;
    if (issuers.length === 0) {
      const kind = impliedIssuers(policy);
      if (kind === "any") return ["any"];
      return kind === "internal" ? ["internal", "any", "implied"] : [kind, "any"];
    }
    if (implied) return ["implied", "internal", internal];
    let key = known.get(issuers);
    if (key === undefined) {
      key = canonical(issuers);
      known.set(issuers, key);
    }
    return key === internal ? [internal, "implied"] : [key];
  };
}

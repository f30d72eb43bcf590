// Automation policies while they are made: for which names certificates are obtained, and how. One
// for each site first, and one for what no site is about.

import type { JsonObject } from "../../../src/document/index.js";
import { omitEmpty } from "../json.js";
import type { GlobalOptions } from "../options/global-options.js";
import type { Token } from "../syntax/token.js";
import { INTERNAL, type Issuer } from "./issuer.js";
import { isPublic } from "./subjects.js";

/** An automation policy that is not in the document yet. */
export interface AutomationPolicy {
  /** What it is for; none means everything. */
  readonly subjects: readonly string[];
  readonly issuers: readonly Issuer[];
  /** Whether its issuers are only what Caddy would choose by itself for these names. */
  readonly implied: boolean;
  readonly managers: readonly JsonObject[];
  readonly renewalWindowRatio: number;
  readonly keyType: string;
  readonly onDemand: boolean;
  readonly reusePrivateKeys: boolean;
  readonly noOcspStapling: boolean;
  /** What it was made for, for messages. */
  readonly token?: Token;
}

/** What the global options say for all policies. */
export function basePolicy(options: GlobalOptions): AutomationPolicy {
  return {
    subjects: [],
    issuers: options.certIssuers ?? (options.localCerts ? [INTERNAL] : []),
    implied: false,
    managers: [],
    renewalWindowRatio: options.renewalWindowRatio ?? 0,
    keyType: options.keyType ?? "",
    onDemand: false,
    reusePrivateKeys: false,
    noOcspStapling: options.ocspStapling === false,
  };
}

/** Whether the global options say something that a policy for all names has to say. */
export function wantsDefaultPolicy(options: GlobalOptions): boolean {
  const { certIssuers, localCerts, keyType, ocspStapling, renewalWindowRatio } = options;
  const { acmeCa, acmeCaRoot, acmeDns, acmeEab, preferredChains } = options;
  return [
    ...[certIssuers, localCerts, keyType, ocspStapling, renewalWindowRatio],
    ...[acmeCa, acmeCaRoot, acmeDns, acmeEab, preferredChains],
  ].some((option) => option !== undefined);
}

/** Whether a policy says nothing but what it is for. */
export function isEmpty(policy: AutomationPolicy): boolean {
  return policy.managers.length === 0 && saysNothingBesideManagers(policy);
}

/** Whether a policy says at most where finished certificates are to be had. */
export function saysNothingBesideManagers(policy: AutomationPolicy): boolean {
  const { issuers, renewalWindowRatio, keyType } = policy;
  if (issuers.length > 0 || renewalWindowRatio !== 0 || keyType !== "") return false;
  return !policy.onDemand && !policy.reusePrivateKeys && !policy.noOcspStapling;
}

/** Which issuers Caddy chooses for a policy that names none; it depends on the names. */
export function impliedIssuers({
  subjects,
  onDemand,
}: AutomationPolicy): "any" | "public" | "internal" | "mixed" {
  if (subjects.length === 0) return "any";
  const count = subjects.filter((name) => isPublic(name, onDemand)).length;
  if (count === subjects.length) return "public";
  return count === 0 ? "internal" : "mixed";
}

/** A policy as it stands in the document. */
export function policyJson(policy: AutomationPolicy): JsonObject {
  return omitEmpty({
    subjects: policy.subjects,
    issuers: policy.issuers,
    get_certificate: policy.managers,
    renewal_window_ratio: policy.renewalWindowRatio,
    key_type: policy.keyType,
    on_demand: policy.onDemand,
    reuse_private_keys: policy.reusePrivateKeys,
    disable_ocsp_stapling: policy.noOcspStapling,
  });
}

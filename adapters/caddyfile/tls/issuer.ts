// Issuers of certificates. Those that speak ACME have defaults and overrides in several places: the
// global options, the `tls` directive, and what is used when nobody says anything.

import type { JsonObject } from "../../../src/document/index.js";

/** An issuer with its name under `module`. */
export type Issuer = JsonObject;

/** The DNS challenge of an ACME issuer. */
export type DnsChallenge = {
  readonly provider?: JsonObject;
  readonly resolvers?: readonly string[];
};

/** How an ACME issuer proves that a name is ours. */
export type Challenges = {
  readonly http?: JsonObject;
  readonly "tls-alpn"?: JsonObject;
  readonly dns?: DnsChallenge;
  readonly bind_host?: string;
};

/** What is looked at of an ACME issuer; it has more fields than these. */
export type AcmeIssuer = {
  readonly module: "acme";
  readonly ca?: string;
  readonly email?: string;
  readonly external_account?: JsonObject;
  readonly challenges?: Challenges;
  readonly trusted_roots_pem_files?: readonly string[];
  readonly preferred_chains?: JsonObject;
  readonly certificate_lifetime?: number;
};

/** Caddy's own authority, for names that no public one can vouch for. */
export const INTERNAL: Issuer = { module: "internal" };

const ZEROSSL = "https://acme.zerossl.com/v2/DV90";

/** Whether an issuer speaks ACME. */
export function isAcme(issuer: Issuer | AcmeIssuer): issuer is AcmeIssuer {
  return issuer.module === "acme";
}

/** The issuers that are used when nobody names one. The second one wants an address. */
export function defaultIssuers(email = ""): readonly AcmeIssuer[] {
  const first: AcmeIssuer = { module: "acme" };
  return email.trim() === "" ? [first] : [first, { module: "acme", ca: ZEROSSL, email }];
}

/**
 * The issuers that the ACME settings of a `tls` directive mean: those of the global options, or
 * the default ones, with the settings put over them.
 */
export function implicitIssuers(
  settings: AcmeIssuer,
  global: readonly Issuer[],
): readonly AcmeIssuer[] {
  const templates = global.filter(isAcme);
  if (templates.length > 0) return templates.map((template) => override(template, settings));
  const { ca, email } = settings;
  // A person who names an endpoint does not want to fall back on another one.
  const bases = ca === undefined ? defaultIssuers(email) : defaultIssuers();
  return bases.map((base) => override(base, settings));
}

/** The issuer as it is for a site that binds to hosts: challenges are answered on the first. */
export function withBindHost(
  issuer: Issuer,
  binds: readonly { readonly addresses: readonly string[] }[],
): Issuer {
  if (binds.length === 0 || !isAcme(issuer)) return issuer;
  const { challenges } = issuer;
  const first = binds.find(({ addresses: [address = ""] }) => address !== "")?.addresses[0];
  const host = challenges?.bind_host ?? first;
  return { ...issuer, challenges: { ...challenges, ...(host ? { bind_host: host } : {}) } };
}

function override(base: AcmeIssuer, settings: AcmeIssuer): AcmeIssuer {
  const roots = new Set([
    ...(base.trusted_roots_pem_files ?? []),
    ...(settings.trusted_roots_pem_files ?? []),
  ]);
  const dns = { ...base.challenges?.dns, ...settings.challenges?.dns };
  const challenges = { ...base.challenges, ...(settings.challenges ? { dns } : {}) };
  const challenged = (base.challenges ?? settings.challenges) !== undefined;
  return {
    ...base,
    ...settings,
    ...(challenged ? { challenges } : {}),
    ...(roots.size > 0 ? { trusted_roots_pem_files: [...roots] } : {}),
  };
}

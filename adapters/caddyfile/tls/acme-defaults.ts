// What the global options say for all ACME issuers that do not say otherwise.

import { omitEmpty } from "../json.js";
import type { GlobalOptions } from "../options/global-options.js";
import { type AcmeIssuer, type Challenges, type Issuer, isAcme } from "./issuer.js";

/** An issuer with what it leaves open taken from the global options. */
export function withAcmeDefaults(issuer: Issuer, options: GlobalOptions): Issuer {
  if (!isAcme(issuer)) return issuer;
  const challenges = fillChallenges(issuer.challenges, options);
  return {
    ...issuer,
    ...omitEmpty({
      email: issuer.email ?? options.email,
      ca: issuer.ca ?? options.acmeCa,
      trusted_roots_pem_files: rootsOf(issuer, options),
      external_account: issuer.external_account ?? options.acmeEab,
      preferred_chains: issuer.preferred_chains ?? options.preferredChains,
      certificate_lifetime: issuer.certificate_lifetime ?? options.certLifetime,
    }),
    ...(challenges === undefined ? {} : { challenges }),
  };
}

function rootsOf(
  { trusted_roots_pem_files: roots = [] }: AcmeIssuer,
  { acmeCaRoot }: GlobalOptions,
): readonly string[] {
  return acmeCaRoot === undefined || roots.includes(acmeCaRoot) ? roots : [...roots, acmeCaRoot];
}

function fillChallenges(
  given: Challenges | undefined,
  options: GlobalOptions,
): Challenges | undefined {
  const challenges = withProvider(given, options);
  // The DNS challenge needs no listener, so that only the others are told where to listen.
  if (challenges?.dns === undefined) return withListeners(challenges, options);

  const { dns } = challenges;
  const { tlsResolvers: resolvers } = options;
  const isUsed = options.acmeDns !== undefined || dns.provider !== undefined;
  if (resolvers === undefined || !isUsed || dns.resolvers !== undefined) return challenges;
  return { ...challenges, dns: { ...dns, resolvers } };
}

/** The `acme_dns` option turns the DNS challenge on, if only with the provider of `dns`. */
function withProvider(
  given: Challenges | undefined,
  { acmeDns, dns }: GlobalOptions,
): Challenges | undefined {
  if (acmeDns === undefined || given?.dns?.provider !== undefined) return given;
  const { provider, token } = acmeDns;
  if (provider === undefined && dns === undefined) {
    token.fail(
      "acme_dns specified without DNS provider config, but no provider specified with 'dns' global option",
    );
  }
  return { ...given, dns: { ...given?.dns, ...(provider === undefined ? {} : { provider }) } };
}

function withListeners(
  given: Challenges | undefined,
  { httpPort, httpsPort, defaultBind }: GlobalOptions,
): Challenges | undefined {
  const { http, "tls-alpn": tlsAlpn, bind_host: bindHost } = given ?? {};
  const host = bindHost ?? defaultBind?.[0]?.addresses[0];
  const listeners = {
    ...(httpPort === undefined ? {} : { http: { alternate_port: httpPort, ...http } }),
    ...(httpsPort === undefined ? {} : { "tls-alpn": { alternate_port: httpsPort, ...tlsAlpn } }),
    ...(host === undefined ? {} : omitEmpty({ bind_host: host })),
  };
  const isGiven = given !== undefined || host !== undefined;
  return isGiven || Object.keys(listeners).length > 0 ? { ...given, ...listeners } : undefined;
}

// acme_dns [<provider> ...]
// dns      <provider> ...

import { defineOption } from "../define.js";

/** Solves ACME challenges by DNS records; without a provider, by that of the `dns` option. */
export const acmeDns = defineOption("acme_dns", (line) => {
  const token = line.name;
  if (line.count === 0) return { acmeDns: { token } };
  return { acmeDns: { token, provider: line.inlineModule("dns.providers", "name") } };
});

/** The DNS provider for whatever needs one. */
export const dns = defineOption("dns", (line) => ({
  dns: line.inlineModule("dns.providers", "name"),
}));

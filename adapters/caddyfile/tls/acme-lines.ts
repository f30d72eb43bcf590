// The lines about ACME that the `tls` directive and several issuers have.

import type { FieldReader } from "../fields.js";
import type { Line } from "../line.js";
import { expectTime, type SectionTable, time } from "../sections.js";

/** How a challenge is solved by DNS records, but for the provider of the DNS zone. */
export const DNS_CHALLENGE: SectionTable = {
  propagation_delay: time("propagation_delay", "invalid propagation_delay duration"),
  propagation_timeout: (line) => ({ propagation_timeout: expectTimeout(line) }),
  resolvers: (line) => ({
    resolvers: line.expectRemaining("a DNS server").map(({ text }) => text),
  }),
  dns_ttl: time("ttl", "invalid dns_ttl duration"),
};

/** The account at the authority that the ACME account belongs to. */
export const externalAccount: FieldReader = (line) => ({
  external_account: {
    key_id: line.expectArgument("the ID of a key").text,
    mac_key: line.expectArgument("a key").text,
  },
});

/** The domain whose records are set instead of those of the name itself. */
export const overrideDomain: FieldReader = (line) => ({
  override_domain: line.expectArgument("a domain").text,
});

/** The provider of the DNS zone. `isOptional` says whether another one may stand in for it. */
export function readProvider(line: Line, isOptional: boolean): ReturnType<FieldReader> {
  if (line.count === 0 && isOptional) return {};
  return { provider: line.inlineModule("dns.providers", "name") };
}

/** A length of time, or -1 for no checks at all. */
function expectTimeout(line: Line): number {
  if (line.peek()?.text !== "-1") return expectTime(line, "invalid propagation_timeout duration");
  line.argument();
  return -1;
}

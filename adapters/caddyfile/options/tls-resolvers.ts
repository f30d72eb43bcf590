// tls_resolvers <dns_servers...>

import { defineOption } from "../define.js";

/** The DNS servers that are asked about certificates. */
export const tlsResolvers = defineOption("tls_resolvers", (line) => ({
  tlsResolvers: line.expectRemaining("a DNS server").map(({ text }) => text),
}));

// cert_issuer <issuer> ...
// local_certs

import { defineOption } from "../define.js";

const AMBIGUOUS =
  "global options are ambiguous: local_certs is confusing when combined with cert_issuer, because local_certs is also a specific kind of issuer";

/** Who issues certificates. Said several times, those named first are asked first. */
export const certIssuer = defineOption("cert_issuer", (line, { certIssuers = [], localCerts }) => {
  const issuer = line.inlineModule("tls.issuance", "module");
  if (localCerts) line.name.fail(AMBIGUOUS);
  return { certIssuers: [...certIssuers, issuer] };
});

/** All certificates come from an authority of one's own. */
export const localCerts = defineOption("local_certs", (line, { certIssuers }) => {
  line.ignoreArguments();
  if (certIssuers !== undefined) line.name.fail(AMBIGUOUS);
  return { localCerts: true };
});

// The lines of a `tls` block about certificates: those about ACME, and all others.

import { flag, text } from "../../fields.js";
import type { SectionTable } from "../../sections.js";
import {
  DNS_CHALLENGE,
  externalAccount,
  overrideDomain,
  readProvider,
} from "../../tls/acme-lines.js";
import { expectRatio } from "../../tls/renewal-window.js";

/** Lines that give fields of an ACME issuer. */
export const ACME: SectionTable = {
  ca: text("ca"),
  ca_root: {
    field: "trusted_roots_pem_files",
    items: (line) => [line.expectArgument("a PEM file").text],
  },
  eab: externalAccount,
};

/** Lines about the DNS challenge. All but the first want a provider. */
export const DNS: SectionTable = {
  dns: (line) => readProvider(line, line.scope.run.options.dns !== undefined),
  ...DNS_CHALLENGE,
  dns_challenge_override_domain: overrideDomain,
};

/** Lines about how certificates are had, whoever issues them. */
export const CERTIFICATES: SectionTable = {
  get_certificate: {
    field: "managers",
    items: (line) => [line.inlineModule("tls.get_certificate", "via")],
  },
  issuer: {
    field: "issuers",
    items: (line) => [line.inlineModule("tls.issuance", "module")],
  },
  key_type: text("keyType"),
  load: { field: "folders", items: (line) => line.remainingTexts() },
  on_demand: flag("onDemand"),
  renewal_window_ratio: (line) => ({ renewalWindowRatio: expectRatio(line) }),
  reuse_private_keys: flag("reusePrivateKeys"),
};

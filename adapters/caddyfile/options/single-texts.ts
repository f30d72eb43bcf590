// acme_ca      <directory_url>
// acme_ca_root <pem_file>
// default_sni  <name>
// email        <address>
// fallback_sni <name>
// key_type     ed25519|p256|p384|rsa2048|rsa4096

import { defineOption } from "../define.js";

/** Where the directory of the ACME authority is. */
export const acmeCa = defineOption("acme_ca", (line) => ({
  acmeCa: line.expectArgument("the URL of an ACME directory").text,
}));

/** The root by which the ACME authority is trusted. */
export const acmeCaRoot = defineOption("acme_ca_root", (line) => ({
  acmeCaRoot: line.expectArgument("a PEM file").text,
}));

/** The name that is assumed of clients that send none. */
export const defaultSni = defineOption("default_sni", (line) => ({
  defaultSni: line.expectArgument("a server name").text,
}));

/** Where an authority reaches the person who is responsible. */
export const email = defineOption("email", (line) => ({
  email: line.expectArgument("an address").text,
}));

/** The name that is assumed where there is no certificate for the one that was sent. */
export const fallbackSni = defineOption("fallback_sni", (line) => ({
  fallbackSni: line.expectArgument("a server name").text,
}));

/** The kind of key that certificates are made for. */
export const keyType = defineOption("key_type", (line) => ({
  keyType: line.expectArgument("a kind of key").text,
}));

// Issuers of certificates: `issuer <name> …`, `cert_issuer <name> …`.

import { defineModule } from "../define.js";
import { flag, text } from "../fields.js";
import { omitEmpty } from "../json.js";
import type { Line, ModuleSyntax } from "../line.js";
import { count, defineSections, expectTime, readSections, time } from "../sections.js";
import { DNS_CHALLENGE, externalAccount, overrideDomain, readProvider } from "../tls/acme-lines.js";
import { readChainPreference } from "../tls/chain-preference.js";
import { toDuration } from "../values.js";

const ACME = defineSections({
  "": {
    dir: (line, { ca }) => {
      if (ca !== undefined) line.name.fail(`directory is already specified: ${ca}`);
      return { ca: line.expectArgument("the URL of a directory").text };
    },
    test_dir: text("test_ca"),
    email: text("email"),
    profile: text("profile"),
    timeout: time("acme_timeout", "invalid timeout duration"),
    lifetime: (line) => ({ certificate_lifetime: expectLifetime(line) }),
    eab: externalAccount,
    trusted_roots: (line) => ({ trusted_roots_pem_files: line.remainingTexts() }),
    preferred_chains: (line) => ({ preferred_chains: readChainPreference(line) }),
  },
  challenges: {
    distributed: (line) => {
      if (line.expectArgument("false").text !== "false")
        line.fail("only accepted value is 'false'");
      return { distributed: false };
    },
  },
  "challenges.http": {
    disable_http_challenge: flag("disabled"),
    alt_http_port: count("alternate_port", "invalid port"),
  },
  "challenges.tls-alpn": {
    disable_tlsalpn_challenge: flag("disabled"),
    alt_tlsalpn_port: count("alternate_port", "invalid port"),
  },
  "challenges.dns": {
    ...DNS_CHALLENGE,
    dns: (line) => readProvider(line, true),
    dns_challenge_override_domain: overrideDomain,
  },
});

// acme [<directory_url>] {
//     dir                       <directory_url>
//     test_dir                  <directory_url>
//     email                     <address>
//     profile                   <name>
//     timeout                   <duration>
//     lifetime                  <duration>
//     distributed               false
//     disable_http_challenge
//     disable_tlsalpn_challenge
//     alt_http_port             <port>
//     alt_tlsalpn_port          <port>
//     eab                       <key_id> <mac_key>
//     trusted_roots             <pem_files...>
//     preferred_chains          [smallest] { … }
//     dns                       [<provider> ...]
//     propagation_delay         <duration>
//     propagation_timeout       <duration>|-1
//     resolvers                 <dns_servers...>
//     dns_ttl                   <duration>
//     dns_challenge_override_domain <domain>
// }
const acme = defineModule("tls.issuance.acme", (line) => {
  const directory = line.argument()?.text;
  line.expectEndOfLine();
  return readSections(line.block(), ACME, {
    preset: { "": directory === undefined ? {} : { ca: directory } },
    refuse: refuseAs("ACME issuer property:"),
  });
});

const INTERNAL = defineSections({
  "": {
    ca: text("ca"),
    lifetime: (line) => ({ lifetime: toDuration(line.expectArgument("a duration"), "lifetime") }),
    sign_with_root: flag("sign_with_root"),
  },
});

// internal {
//     ca             <id>
//     lifetime       <duration>
//     sign_with_root
// }
const internal = defineModule("tls.issuance.internal", (line) =>
  readSections(line.block(), INTERNAL, {
    refuse: ({ name }) => name.fail(`unrecognized subdirective '${name.text}'`),
  }),
);

const ZEROSSL = defineSections({
  "": {
    validity_days: (line, { validity_days: days }) => {
      if (days !== undefined) line.name.fail(`validity days is already specified: ${days}`);
      return { validity_days: line.expectArgument("a number of days").toInteger("number of days") };
    },
    alt_http_port: count("alternate_http_port", "invalid port"),
  },
  cname_validation: { ...DNS_CHALLENGE, dns: (line) => readProvider(line, false) },
});

// zerossl <api_key> {
//     validity_days       <days>
//     alt_http_port       <port>
//     dns                 <provider> ...
//     propagation_delay   <duration>
//     propagation_timeout <duration>|-1
//     resolvers           <dns_servers...>
//     dns_ttl             <duration>
// }
const zerossl = defineModule("tls.issuance.zerossl", (line) => {
  const { text: key } = line.expectArgument("an API key");
  line.expectEndOfLine();
  const fields = readSections(line.block(), ZEROSSL, {
    refuse: refuseAs("zerossl issuer property:"),
  });
  return { ...omitEmpty({ api_key: key }), ...fields };
});

/** All standard issuers. */
export const issuers: readonly ModuleSyntax[] = [acme, internal, zerossl];

function refuseAs(kind: string): (line: Line) => never {
  return (line) => line.unrecognized(kind);
}

function expectLifetime(line: Line): number {
  const lifetime = expectTime(line, "invalid lifetime");
  return lifetime < 0 ? line.fail(`lifetime must be >= 0: ${lifetime}`) : lifetime;
}

// tls [internal|force_automate|<email>]|[<cert_file> <key_file>] {
//     protocols            <min> [<max>]
//     ciphers              <cipher_suites...>
//     curves               <curves...>
//     alpn                 <protocols...>
//     client_auth          { … }
//     insecure_secrets_log <file>
//     load                 <folders...>
//     key_type             ed25519|p256|p384|rsa2048|rsa4096
//     issuer               <issuer> ...
//     get_certificate      <manager> ...
//     on_demand
//     reuse_private_keys
//     renewal_window_ratio <ratio>
//     ca                   <directory_url>
//     ca_root              <pem_file>
//     eab                  <key_id> <mac_key>
//     dns                  [<provider> ...]    (required unless the `dns` option names one)
//     propagation_delay    <duration>
//     propagation_timeout  <duration>|-1
//     resolvers            <dns_servers...>
//     dns_ttl              <duration>
//     dns_challenge_override_domain <domain>
// }

import type { JsonObject } from "../../../../src/document/index.js";
import { defineDirective } from "../../define.js";
import type { Line } from "../../line.js";
import { defineSections, readSections } from "../../sections.js";
import { type AcmeIssuer, INTERNAL, type Issuer, implicitIssuers } from "../../tls/issuer.js";
import type { SiteTls } from "../../tls/site-tls.js";
import { ACME, CERTIFICATES, DNS } from "./certificate-lines.js";
import { clientAuth } from "./client-auth.js";
import { HANDSHAKE } from "./handshake-lines.js";

const LINES = defineSections({
  policy: HANDSHAKE,
  "policy.client_authentication": { client_auth: clientAuth },
  certificates: CERTIFICATES,
  acme: ACME,
  "acme.challenges.dns": DNS,
});

/** What the lines of a block say, by what it is about. */
interface Said {
  readonly policy?: JsonObject;
  readonly certificates?: Omit<SiteTls, "token">;
  readonly acme?: JsonObject;
}

/** What the arguments of the directive say. */
interface FirstLine {
  readonly acme?: JsonObject;
  readonly internal?: boolean;
  readonly settings?: Omit<SiteTls, "token">;
  readonly policy?: JsonObject;
}

/** Says how a site shakes hands, and where its certificates come from. */
export const tls = defineDirective("tls", (line) => {
  const isBare = line.count === 0;
  const first = readArguments(line);
  const lines = line.block();
  const said: Said = readSections(lines, LINES, {
    refuse: ({ name }) => name.fail(`unknown subdirective: ${name.text}`),
  });
  refuseWithoutProvider(line, lines, said);
  if (isBare && lines.length === 0) line.wrongCount("say where certificates come from");

  const issuers = issuersOf(line, first, said);
  return {
    tls: {
      token: line.name,
      ...first.settings,
      ...said.certificates,
      ...(issuers.length > 0 ? { issuers } : {}),
      connectionPolicy: { ...said.policy, ...first.policy },
    },
  };
});

function readArguments(line: Line): FirstLine {
  const [first, second] = [line.argument(), line.argument()];
  line.expectEndOfLine();
  if (first === undefined) return {};
  if (second !== undefined) return loaded(line, first.text, second.text);
  if (first.text === "internal") return { internal: true };
  if (first.text === "force_automate") return { settings: { forceAutomate: true } };
  if (first.text.includes("@")) return { acme: { email: first.text } };
  return first.fail(
    "single argument must either be 'internal', 'force_automate', or an email address",
  );
}

/**
 * A certificate from a file. Its tag makes sure that this one is used where several match. A file
 * is loaded once, as of two loads of the same certificate only the last one's tag would be left.
 */
function loaded(line: Line, certificate: string, key: string): FirstLine {
  const { certificateTags } = line.scope.run;
  const known = certificateTags.get(certificate);
  const tag = known ?? `cert${certificateTags.size}`;
  const policy = { certificate_selection: { any_tag: [tag] } };
  if (known !== undefined) return { policy };
  certificateTags.set(certificate, tag);
  return { policy, settings: { files: [line.mark({ certificate, key, tags: [tag] })] } };
}

/** The issuers that are named, or those that settings of ACME or the word `internal` stand for. */
function issuersOf(line: Line, first: FirstLine, said: Said): readonly Issuer[] {
  const named = said.certificates?.issuers ?? [];
  const isAcme = first.acme !== undefined || said.acme !== undefined;
  const isInternal = first.internal === true;
  if (named.length > 0 && (isAcme || isInternal)) {
    line.name.fail(
      "cannot mix issuer subdirective (explicit issuers) with other issuer-specific subdirectives (implicit issuers)",
    );
  }
  if (isAcme && isInternal) {
    line.name.fail("cannot create both ACME and internal certificate issuers");
  }
  if (isInternal) return [INTERNAL];
  if (!isAcme) return named;
  const settings: AcmeIssuer = { module: "acme", ...first.acme, ...said.acme };
  return implicitIssuers(settings, line.scope.run.options.certIssuers ?? []);
}

/** Settings of the DNS challenge do nothing without a provider. */
function refuseWithoutProvider(line: Line, lines: readonly Line[], { acme }: Said): void {
  const { dns, acmeDns } = line.scope.run.options;
  const set = lines
    .map(({ directive }) => directive)
    .filter((name) => name !== "dns" && Object.hasOwn(DNS, name));
  const { challenges } = (acme ?? {}) as Partial<AcmeIssuer>;
  const isProvided = [challenges?.dns?.provider, dns, acmeDns?.provider].some(
    (provider) => provider !== undefined,
  );
  if (set.length === 0 || isProvided) return;
  line.segment
    .at(-1)
    ?.fail(
      `setting DNS challenge options [${set.join(", ")}] requires a DNS provider (set with the 'dns' subdirective or 'acme_dns' global option)`,
    );
}

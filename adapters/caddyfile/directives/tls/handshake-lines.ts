// The lines of a `tls` block about the handshake: versions, ciphers, curves, protocols.

import type { FieldReader } from "../../fields.js";
import type { Line } from "../../line.js";
import type { SectionTable } from "../../sections.js";
import type { Token } from "../../syntax/token.js";

const PROTOCOLS = ["tls1.2", "tls1.3"];

const CURVES = ["x25519mlkem768", "x25519", "secp256r1", "secp384r1", "secp521r1"];

const CIPHER_SUITES = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
  "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
  "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
  "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
];

/** Lines that give fields of a connection policy. */
export const HANDSHAKE: SectionTable = {
  protocols: (line) => readProtocols(line),
  ciphers: {
    field: "cipher_suites",
    items: (line) =>
      known(
        line.remaining(),
        CIPHER_SUITES,
        "wrong cipher suite name or cipher suite not supported",
      ),
  },
  curves: {
    field: "curves",
    items: (line) => known(line.remaining(), CURVES, "Wrong curve name or curve not supported"),
  },
  alpn: (line) => ({ alpn: line.expectRemaining("a protocol").map(({ text }) => text) }),
  insecure_secrets_log: (line) => ({
    insecure_secrets_log: line.expectArgument("a file").text,
  }),
};

function readProtocols(line: Line): ReturnType<FieldReader> {
  if (line.count === 0) line.fail("protocols requires one or two arguments");
  const wrong = "wrong protocol name or protocol not supported";
  const bounds = [line.argument(), line.argument()].filter((token) => token !== undefined);
  const [min = "", max] = known(bounds, PROTOCOLS, wrong);
  line.ignoreArguments();
  return { protocol_min: min, ...(max === undefined ? {} : { protocol_max: max }) };
}

/** The texts of tokens, all of which have to be in a list. */
function known(
  tokens: readonly Token[],
  names: readonly string[],
  refusal: string,
): readonly string[] {
  for (const token of tokens) {
    if (!names.includes(token.text)) {
      token.fail(`${refusal}: '${token.text}'`, `it can be ${names.join(", ")}`);
    }
  }
  return tokens.map(({ text }) => text);
}

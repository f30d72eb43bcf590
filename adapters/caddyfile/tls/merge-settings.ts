// The settings of two connection policies for the same names, as one. A site may have several `tls`
// directives, each of which says something about the handshake.

import type { Json, JsonObject } from "../../../src/document/index.js";
import type { Token } from "../syntax/token.js";
import { canonical } from "./canonical.js";
import type { Settings } from "./policy.js";

/** Settings that may not contradict each other, and what a message calls them. */
const NAMES: Readonly<Record<string, string>> = {
  alpn: "ALPN",
  cipher_suites: "cipher suites",
  client_authentication: "client auth configuration",
  curves: "curves",
  default_sni: "default SNI",
  fallback_sni: "fallback SNI",
  protocol_min: "min protocol",
  protocol_max: "max protocol",
};

/**
 * Settings that say all that both say; where both may speak, the first one does. `token` is blamed
 * when they contradict each other.
 */
export function mergeSettings(one: Settings, other: Settings, token: Token): Settings {
  const merged: Record<string, Json> = { ...other, ...one };
  for (const key in other) {
    const [a, b] = [one[key], other[key]];
    if (a === undefined || b === undefined || canonical(a) === canonical(b)) continue;
    const name = NAMES[key];
    if (name !== undefined) refuse(name, a, b, token);
    if (key === "certificate_selection") {
      merged[key] = joinTags(a as JsonObject, b as JsonObject, token);
    }
  }
  return merged;
}

/** Certificates of either selection may be used. Only selections by tags can be joined. */
function joinTags(one: JsonObject, other: JsonObject, token: Token): JsonObject {
  const { any_tag: tags = [], ...rest } = one;
  const { any_tag: more = [], ...otherRest } = other;
  if (canonical(rest) !== canonical(otherRest)) refuse("cert selections", one, other, token);
  return { ...rest, any_tag: [...new Set([...(tags as string[]), ...(more as string[])])] };
}

function refuse(what: string, one: Json, other: Json, token: Token): never {
  return token.fail(
    `consolidating TLS connection policies: two policies with same match criteria have conflicting ${what}: ${print(one)} vs. ${print(other)}`,
  );
}

function print(value: Json): string {
  if (Array.isArray(value)) return `[${value.join(" ")}]`;
  return typeof value === "string" ? value : JSON.stringify(value);
}

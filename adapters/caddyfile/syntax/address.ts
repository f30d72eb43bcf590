// Site addresses: `example.com`, `https://*.example.com:8443/path`, `:80`, `[::1]`, `{env.HOST}`.
// Every part may be missing. Which scheme and port a site without them gets is decided elsewhere.

import { canonicalIPv6, joinHostPort, splitHostPort } from "./host-port.js";
import type { Token } from "./token.js";

/** Longer addresses are cut off here. */
const MAX_LENGTH = 4096;

/** A site address in its parts; empty texts for those that are missing. */
export interface Address {
  /** As it was written, without white space around it. */
  readonly original: string;
  readonly scheme: string;
  /** In lower case but for placeholders; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: string;
  /** With its leading slash. */
  readonly path: string;
}

/** Take a site address apart and bring it into its normal form. A port out of range is refused. */
export function parseAddress(key: Token): Address {
  const original = key.text.slice(0, MAX_LENGTH).trim();
  const { scheme, rest } = splitScheme(original);
  const slash = rest.indexOf("/");
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  const { host, port } = splitHostPort(authority) ??
    splitHostPort(`${authority}:`) ?? { host: authority, port: "" };
  checkPort(key, port);
  const trimmed = host.trim();
  return {
    original,
    scheme: lowerExceptPlaceholders(scheme),
    host: lowerExceptPlaceholders(canonicalIPv6(trimmed) ?? trimmed),
    port,
    path: slash === -1 ? "" : rest.slice(slash),
  };
}

/** An address as a URL with all that is known filled in; empty when there is no host and no port. */
export function printAddress({ scheme, host, port, path }: Address): string {
  if (host === "" && port === "") return "";
  const shown = scheme === "" ? (port === "443" ? "https" : "http") : scheme;
  const usual = shown === "https" ? "443" : shown === "http" ? "80" : port;
  return `${shown}://${port !== "" && port !== usual ? joinHostPort(host, port) : host}${path}`;
}

/** Lower case, except between unescaped braces: names of placeholders tell cases apart. */
export function lowerExceptPlaceholders(text: string): string {
  if (!text.includes("{")) return text.toLowerCase();
  let inside = false;
  let escaped = false;
  let lowered = "";
  for (const character of text) {
    if (character === "{" && !escaped) inside = true;
    if (character === "}" && !escaped) inside = false;
    lowered += inside ? character : character.toLowerCase();
    escaped = character === "\\" && !escaped;
  }
  return lowered;
}

function splitScheme(text: string): { readonly scheme: string; readonly rest: string } {
  const at = text.indexOf("://");
  if (at === -1) return { scheme: "", rest: text };
  return { scheme: text.slice(0, at), rest: text.slice(at + "://".length) };
}

function checkPort(key: Token, port: string): void {
  if (port === "") return;
  if (!/^[+-]?\d+$/.test(port)) {
    key.fail(`parsing key: invalid port '${port}'`, "a port is a number from 0 to 65535");
  }
  const number = Number(port);
  if (number < 0 || number > 65535) key.fail(`parsing key: port ${port} is out of range`);
}

// The addresses of upstreams: what to dial, `host:port` or `unix//path`, or a URL whose scheme says
// how to speak there. A range of ports is so many upstreams, and placeholders are left to the proxy.

import { joinHostPort } from "../../syntax/host-port.js";
import {
  isFdNetwork,
  isUnixNetwork,
  joinNetworkAddress,
  type NetworkParts,
  parseNetworkAddress,
  splitNetworkAddress,
} from "../../syntax/network-address.js";
import type { Token } from "../../syntax/token.js";

/** An address that was understood. */
export interface UpstreamAddress {
  /** `http`, `https`, `h2c`, or empty when nothing was said. */
  readonly scheme: string;
  /** What to dial: one address, or one for each port of a range. */
  readonly dial: readonly string[];
}

interface Parts extends NetworkParts {
  readonly scheme: string;
}

/** The ports of the schemes that upstreams may have. */
const PORTS: ReadonlyMap<string, string> = new Map([
  ["http", "80"],
  ["https", "443"],
  ["h2c", "80"],
]);

/** Schemes that only browsers have, and what a proxy has instead. */
const BROWSER_SCHEMES: ReadonlyMap<string, string> = new Map([
  ["ws", "http"],
  ["wss", "https"],
]);

/** Understand the address of an upstream. */
export function parseUpstream(token: Token): UpstreamAddress {
  const parts = token.text.includes("://") ? parseUrl(token) : parseAddress(token);
  checkScheme(parts.scheme, token);
  return { scheme: parts.scheme, dial: dialed(parts, token) };
}

function parseAddress(token: Token): Parts {
  const { network, host, port } = splitNetworkAddress(token.text, token);
  const named = isUnixNetwork(network) || isFdNetwork(network);
  // A placeholder that stands for the host may bring the port with it.
  const known = port !== "" || named || host.includes("{") ? port : "80";
  if (network === "unix+h2c") return { scheme: "h2c", network: "unix", host, port: known };
  return { scheme: "", network, host, port: known };
}

const URL_PARTS = /^([a-z][a-z\d+.-]*):\/\/(?:[^/?#]*@)?([^/?#]*)([^?#]*)\??([^#]*)#?(.*)$/is;

function parseUrl(token: Token): Parts {
  const { text } = token;
  if (text.includes("{")) {
    token.fail(
      "due to parsing difficulties, placeholders are not allowed when an upstream address contains a scheme",
      "write host and port only, and the scheme as 'transport http { tls }'",
    );
  }
  const [, scheme = "", authority = "", ...rest] = URL_PARTS.exec(text) ?? badUrl(token);
  if (rest.some((part) => part !== "")) {
    token.fail(
      "for now, URLs for proxy upstreams only support scheme, host, and port components",
      "use 'rewrite' for the path",
    );
  }
  return withPort(scheme.toLowerCase(), authority, token);
}

const AUTHORITY = /^(\[[^\]]+\]|[^[\] <>^`{|}\\%]*?)(?::([^:\]]*))?$/;

function withPort(scheme: string, authority: string, token: Token): Parts {
  const [, host = "", written = ""] = AUTHORITY.exec(authority) ?? badUrl(token);
  if (!/^(?:\d*|\d+-\d+)$/.test(written)) {
    token.fail(
      `parsing upstream URL: parse "${token.text}": invalid port ":${written}" after host`,
    );
  }
  const port = written === "" ? (PORTS.get(scheme) ?? "") : written;
  const conflict = scheme === "https" ? "80" : "443";
  if (PORTS.has(scheme) && port === conflict) {
    const protocol = conflict === "80" ? "HTTP" : "HTTPS";
    token.fail(
      `upstream address has conflicting scheme (${scheme}://) and port (:${port}, the ${protocol} port)`,
    );
  }
  return { scheme, network: "", host: host.replace(/^\[|\]$/g, ""), port };
}

function badUrl(token: Token): never {
  return token.fail(
    `parsing upstream URL: '${token.text}' is no URL of a host and a port`,
    'write "https://example.com:8443"',
  );
}

function checkScheme(scheme: string, token: Token): void {
  const instead = BROWSER_SCHEMES.get(scheme);
  if (instead !== undefined) {
    token.fail(`the scheme ${scheme}:// is only supported in browsers; use ${instead}:// instead`);
  }
  if (scheme !== "" && !PORTS.has(scheme)) token.fail(`unsupported URL scheme ${scheme}://`);
}

function dialed(parts: Parts, token: Token): readonly string[] {
  const address = printed(parts);
  if (parts.port.includes("{") && parts.port.includes("}")) return [address];
  const { host, startPort, endPort } = parseNetworkAddress(address, token);
  if (isUnixNetwork(parts.network) || !parts.port.includes("-")) return [address];
  const ports = Array.from({ length: endPort - startPort + 1 }, (_, index) => startPort + index);
  return ports.map((port) => joinHostPort(host, String(port)));
}

function printed(parts: Parts): string {
  if (parts.network !== "") return joinNetworkAddress(parts);
  const { host, port } = parts;
  return port === "" && host.includes("{") ? host : joinHostPort(host, port);
}

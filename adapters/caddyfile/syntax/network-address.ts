// Addresses to listen on or to dial: `network/host:port-range`, every part optional. For Unix
// sockets and file descriptors, everything behind the network's slash is one name.

import { joinHostPort, splitHostPort } from "./host-port.js";
import type { Token } from "./token.js";

/** So many ports may be in one range, less one. */
export const MAX_PORT_SPAN = 65535;

/** The texts between which the punctuation stands; empty for what is missing. */
export interface NetworkParts {
  readonly network: string;
  readonly host: string;
  /** A port, or a range of them. */
  readonly port: string;
}

/** An address that was understood. Sockets and descriptors have port 0. */
export interface NetworkAddress {
  readonly network: string;
  readonly host: string;
  readonly startPort: number;
  readonly endPort: number;
}

/** Whether a network names sockets in the file system: `unix`, `unixgram`, `unixpacket`, … */
export function isUnixNetwork(network: string): boolean {
  return network.startsWith("unix");
}

/** Whether a network names file descriptors that are open already: `fd`, `fdgram`. */
export function isFdNetwork(network: string): boolean {
  return network.startsWith("fd");
}

/** Take an address apart without looking at its port. `at` is blamed when that is impossible. */
export function splitNetworkAddress(text: string, at: Token): NetworkParts {
  const slash = text.indexOf("/");
  const network = slash === -1 ? "" : text.slice(0, slash).trim().toLowerCase();
  const rest = text.slice(slash + 1);
  if (isUnixNetwork(network) || isFdNetwork(network)) return { network, host: rest, port: "" };
  const parts = splitHostPort(rest) ?? withoutPort(rest);
  return parts === undefined ? at.fail(`invalid address '${text}'`) : { network, ...parts };
}

/** Put an address together again. */
export function joinNetworkAddress({ network, host, port }: NetworkParts): string {
  const prefix = network === "" ? "" : `${network}/`;
  const named = isUnixNetwork(network) || isFdNetwork(network);
  if (named || (host !== "" && port === "")) return prefix + host;
  return port === "" ? prefix : prefix + joinHostPort(host, port);
}

/** Read an address; without a network it is `tcp`. `at` is blamed when it is none. */
export function parseNetworkAddress(text: string, at: Token, defaultPort = 0): NetworkAddress {
  const parts = splitNetworkAddress(text, at);
  const network = parts.network === "" ? "tcp" : parts.network;
  const { host, port } = parts;
  if (isUnixNetwork(network)) checkPermissions(host, at);
  if (isUnixNetwork(network) || isFdNetwork(network)) {
    return { network, host, startPort: 0, endPort: 0 };
  }
  if (port === "") return { network, host, startPort: defaultPort, endPort: defaultPort };

  const dash = port.indexOf("-");
  const startPort = toPort(dash === -1 ? port : port.slice(0, dash), "start", at);
  const endPort = dash === -1 ? startPort : toPort(port.slice(dash + 1), "end", at);
  if (endPort < startPort) at.fail("end port must not be less than start port");
  if (endPort - startPort > MAX_PORT_SPAN) at.fail(`port range exceeds ${MAX_PORT_SPAN} ports`);
  return { network, host, startPort, endPort };
}

/** Write an address as Caddy does in its JSON: without `tcp`, and always with a port. */
export function printNetworkAddress(address: NetworkAddress): string {
  const { network, host, startPort, endPort } = address;
  const port = startPort === endPort ? String(startPort) : `${startPort}-${endPort}`;
  return joinNetworkAddress({ network: network === "tcp" ? "" : network, host, port });
}

/** A host alone; an IPv6 one may go with brackets or without. */
function withoutPort(text: string): { readonly host: string; readonly port: string } | undefined {
  const bare = text.replace(/^[[\]]+/, "").replace(/[[\]]+$/, "");
  const parts = splitHostPort(joinHostPort(bare, "0"));
  return parts === undefined ? undefined : { host: parts.host, port: "" };
}

function toPort(text: string, which: string, at: Token): number {
  const port = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65535) return port;
  return at.fail(`invalid ${which} port: '${text}'`, "a port is a number from 0 to 65535");
}

/** A socket's path may end in `|0222`, the permissions it gets; the owner must be able to write. */
function checkPermissions(path: string, at: Token): void {
  const bar = path.indexOf("|");
  if (bar === -1) return;
  const bits = path.slice(bar + 1);
  if (!/^[0-7]{1,10}$/.test(bits)) at.fail(`could not parse octal permission bits in ${path}`);
  if ((Number.parseInt(bits, 8) & 0o200) === 0) {
    at.fail(`owner of the socket requires '-w-' at least, got ${bits}`);
  }
}

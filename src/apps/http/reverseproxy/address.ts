// Where an upstream is: one socket that can be dialled, in Caddy's address syntax.

import { isIP } from "node:net";
import { parseListen } from "../../../schema/index.js";

/** One socket to dial. */
export interface DialAddress {
  /** With its network, so that equal addresses have equal texts: `tcp/localhost:80`. */
  readonly text: string;
  /** `localhost:80`, `[::1]:80`, or the path of a unix socket. */
  readonly hostport: string;
  /** Without brackets; for a unix socket its path. */
  readonly host: string;
  /** 0 for a unix socket. */
  readonly port: number;
  readonly network: "tcp" | "tcp4" | "tcp6" | "unix";
}

/**
 * Read `localhost:80`, `:80`, `[::1]:80` or `unix//run/app.sock`. Throws `Error` with what is
 * wrong.
 */
export function parseDial(text: string): DialAddress {
  if (text.includes("://")) throw new Error(`"${text}" is a URL: write only its host and port`);
  const [address, another] = parseListen(text);
  if (!address || another) throw new Error(`"${text}" names more than one socket`);
  if (address.network === "fd") throw new Error("a file descriptor cannot be dialled");
  if (address.network === "unix") {
    const { network, path } = address;
    return { text: `unix/${path}`, hostport: path, host: path, port: 0, network };
  }
  const { network, host, port } = address;
  if (port === 0) throw new Error(`"${text}" has port 0, which nobody listens on`);
  const hostport = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return { text: `${network}/${hostport}`, hostport, host, port, network };
}

/** An end of our own that connections come from. */
export interface LocalAddress {
  readonly localAddress: string;
  /** 0 for any. */
  readonly localPort: number;
}

/** Read `192.0.2.7`, `[::1]:4000` or `tcp/192.0.2.7`. Throws `Error` with what is wrong. */
export function parseLocal(text: string): LocalAddress {
  const [address, another] = parseListen(text, 0);
  if (!address || another || address.network === "unix" || address.network === "fd") {
    throw new Error(`"${text}" is not one address of ours`);
  }
  const { host, port } = address;
  if (isIP(host) === 0) throw new Error(`"${host}" is not an IP address`);
  return { localAddress: host, localPort: port };
}

/** Whether a text is an address as it stands, whatever a request brings. */
export function isFixedDial(text: string): boolean {
  if (text.includes("{") || text.includes("}")) return false;
  try {
    parseDial(text);
    return true;
  } catch {
    return false;
  }
}

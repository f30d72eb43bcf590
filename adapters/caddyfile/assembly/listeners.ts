// Which addresses a site's keys are served at. The port is the key's, or follows from its scheme;
// the interfaces are those of `bind`, or of the `default_bind` option.

import type { BindContribution } from "../contribution.js";
import { type GlobalOptions, HTTP_PORT, HTTPS_PORT } from "../options/global-options.js";
import { printAddress } from "../syntax/address.js";
import {
  joinNetworkAddress,
  parseNetworkAddress,
  printNetworkAddress,
  splitNetworkAddress,
} from "../syntax/network-address.js";
import type { Key, Site } from "./site.js";

/** The ports of HTTP and HTTPS, as texts. */
export interface Ports {
  readonly http: string;
  readonly https: string;
}

/** The ports that the global options name. */
export function portsOf({ httpPort, httpsPort }: GlobalOptions): Ports {
  return { http: String(httpPort ?? HTTP_PORT), https: String(httpsPort ?? HTTPS_PORT) };
}

/** All interfaces, and the default protocols. */
const EVERYWHERE: BindContribution["bind"] = { addresses: [""], protocols: [] };

const DEFAULT_PROTOCOLS: ReadonlySet<string> = new Set([""]);

/** Addresses, each with its protocols (`""` is the default ones). */
export type Listeners = ReadonlyMap<string, ReadonlySet<string>>;

/** Tells the addresses that a site's keys are served at. */
export function listenersOf(options: GlobalOptions): (site: Site, key: Key) => Listeners {
  const ports = portsOf(options);
  const usual = options.defaultBind ?? [EVERYWHERE];
  // Most sites have no `bind`, and are served at the same one or two ports.
  const usualAt = new Map<string, Listeners>();
  return ({ binds }, key) => {
    const port = portOf(key, ports);
    if (binds.length > 0) return listenersAt(binds, port, key);
    const listeners = usualAt.get(port) ?? listenersAt(usual, port, key);
    usualAt.set(port, listeners);
    return listeners;
  };
}

function listenersAt(
  places: readonly BindContribution["bind"][],
  port: string,
  key: Key,
): Listeners {
  const listeners = new Map<string, ReadonlySet<string>>();
  for (const { addresses, protocols } of places) {
    const served = protocols.length > 0 ? new Set(protocols) : DEFAULT_PROTOCOLS;
    for (const address of addresses) listeners.set(withPort(address, port, key), served);
  }
  return listeners;
}

/** An address of `bind` with the port of a key. */
function withPort(address: string, port: string, { token }: Key): string {
  if (address === "") return `:${Number(port)}`;
  const { network, host } = splitNetworkAddress(address, token);
  const whole = joinNetworkAddress({ network, host, port });
  return printNetworkAddress(parseNetworkAddress(whole, token));
}

function portOf({ token, address }: Key, ports: Ports): string {
  const { scheme } = address;
  if (scheme === "wss" || scheme === "ws") {
    token.fail(
      `the scheme ${scheme}:// is only supported in browsers; use ${scheme === "ws" ? "http" : "https"}:// instead`,
    );
  }
  if (scheme !== "" && scheme !== "http" && scheme !== "https") {
    token.fail(`unsupported URL scheme ${scheme}://`);
  }
  const usual = scheme === "http" ? ports.http : ports.https;
  const port = address.port === "" ? usual : address.port;
  if ((scheme === "http" && port === ports.https) || (scheme === "https" && port === ports.http)) {
    token.fail(`[${printAddress(address)}] scheme and port violate convention`);
  }
  return port;
}

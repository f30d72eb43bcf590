// Whether a server speaks HTTP or HTTPS. It cannot do both at one address, so that sites which ask
// for different ones are refused.

import type { GlobalOptions } from "../options/global-options.js";
import { parseNetworkAddress } from "../syntax/network-address.js";
import { portsOf } from "./listeners.js";
import type { ServerPlan } from "./plan.js";
import type { Key } from "./site.js";

type Scheme = "HTTP" | "HTTPS";

/** Whether a server listens on no other port than that of plain HTTP. */
export function isForPlainHttp({ listeners, sites }: ServerPlan, options: GlobalOptions): boolean {
  const port = Number(portsOf(options).http);
  const token = sites[0]?.keys[0]?.token;
  return listeners.every(({ address }) => {
    if (token === undefined) return true;
    const { startPort, endPort } = parseNetworkAddress(address, token);
    return startPort <= port && port <= endPort;
  });
}

/**
 * Refuse a server whose sites want different schemes, or settings of TLS (`hasTls`) without HTTPS.
 * Policies that are made for what the sites leave open do not count.
 */
export function refuseConflicts(
  { listeners, sites }: ServerPlan,
  hasTls: boolean,
  options: GlobalOptions,
): void {
  const where = `server listening on [${listeners.map(({ address }) => address).join(" ")}]`;
  const ports = portsOf(options);
  let scheme: Scheme | undefined;
  for (const key of sites.flatMap(({ keys }) => keys)) {
    const wanted = schemeOf(key, ports, hasTls);
    if (wanted === undefined) continue;
    if (scheme !== undefined && scheme !== wanted) {
      const { scheme: written, host, original } = key.address;
      key.token.fail(
        `${where} is configured for ${scheme} and cannot natively multiplex HTTP and HTTPS: ${original}`,
        scheme === "HTTPS" && written === "" && host === ""
          ? "try specifying https:// in the address"
          : undefined,
      );
    }
    if (wanted === "HTTP" && hasTls) {
      key.token.fail(`${where} is HTTP, but attempts to configure TLS connection policies`);
    }
    scheme = wanted;
  }
}

function schemeOf(
  { address: { scheme, port, host } }: Key,
  ports: { readonly http: string; readonly https: string },
  hasTls: boolean,
): Scheme | undefined {
  if (scheme === "http" || port === ports.http) return "HTTP";
  if (scheme === "https" || port === ports.https || hasTls) return "HTTPS";
  return host === "" ? "HTTP" : undefined;
}

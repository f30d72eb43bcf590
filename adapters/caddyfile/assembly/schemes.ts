// Whether a server speaks HTTP or HTTPS. It cannot do both at one address, so that sites which ask
// for different ones are refused.

import type { JsonArray } from "../../../src/document/index.js";
import type { GlobalOptions } from "../options/global-options.js";
import { portsOf } from "./listeners.js";
import type { ServerPlan } from "./plan.js";
import type { Key } from "./site.js";

type Scheme = "HTTP" | "HTTPS";

/** Refuse a server whose sites want different schemes, or TLS without HTTPS. */
export function refuseConflicts(
  { listeners, sites }: ServerPlan,
  policies: JsonArray,
  options: GlobalOptions,
): void {
  const where = `server listening on [${listeners.map(({ address }) => address).join(" ")}]`;
  const ports = portsOf(options);
  let scheme: Scheme | undefined;
  for (const key of sites.flatMap(({ keys }) => keys)) {
    const wanted = schemeOf(key, ports, policies.length > 0);
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
    if (wanted === "HTTP" && policies.length > 0) {
      key.token.fail(`${where} is HTTP, but attempts to configure TLS connection policies`);
    }
    scheme = wanted;
  }
}

function schemeOf(
  { address: { scheme, port, host } }: Key,
  ports: { readonly http: string; readonly https: string },
  hasPolicies: boolean,
): Scheme | undefined {
  if (scheme === "http" || port === ports.http) return "HTTP";
  if (scheme === "https" || port === ports.https || hasPolicies) return "HTTPS";
  return host === "" ? "HTTP" : undefined;
}

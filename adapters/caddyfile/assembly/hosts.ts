// The host names of a site, as different parts of the document want them.

import { HTTP_PORT, HTTPS_PORT } from "../options/global-options.js";
import { joinHostPort } from "../syntax/host-port.js";
import type { ServedSite } from "./plan.js";

/** The hosts it matches, each once; none when one of its addresses matches all hosts. */
export function hostsOf({ keys }: ServedSite): readonly string[] {
  if (isCatchAll({ keys })) return [];
  return [...new Set(keys.map(({ address }) => address.host))];
}

/** Whether one of its addresses matches all hosts. */
export function isCatchAll({ keys }: Pick<ServedSite, "keys">): boolean {
  return keys.some(({ address }) => address.host === "");
}

/** The values of a Host header it is asked with: with the port, unless it is a usual one. */
export function hostHeadersOf({ keys }: ServedSite): readonly string[] {
  const headers = keys
    .filter(({ address }) => address.host !== "")
    .map(({ address: { host, port } }) => (isUsual(port) ? host : joinHostPort(host, port)));
  return [...new Set(headers)];
}

/** The hosts that are not named for plain HTTP alone, each once. */
export function httpsHostsOf({ keys }: ServedSite, httpPort: string): readonly string[] {
  const hosts = keys
    .filter(({ address }) => address.host !== "")
    .filter(({ address }) => address.scheme !== "http" && address.port !== httpPort)
    .map(({ address }) => address.host);
  return [...new Set(hosts)];
}

function isUsual(port: string): boolean {
  return port === "" || port === String(HTTP_PORT) || port === String(HTTPS_PORT);
}

// Which of a server's requests are logged, and where.

import type { Json, JsonObject } from "../../../src/document/index.js";
import { compare } from "../compare.js";
import { objectOf, omitEmpty } from "../json.js";
import { splitHostPort } from "../syntax/host-port.js";
import { hostHeadersOf, hostsOf, isCatchAll } from "./hosts.js";
import type { ServedSite } from "./plan.js";

/** The `logs` of a server with these sites; undefined when none of them logs. */
export function serverLogs(sites: readonly ServedSite[]): JsonObject | undefined {
  if (!sites.some(({ site }) => site.logs.length > 0)) return undefined;
  let defaultName = "";
  const namesByHost = new Map<string, string[]>();
  const add = (host: string, name: string) => {
    const names = namesByHost.get(host);
    if (names === undefined) namesByHost.set(host, [name]);
    else names.push(name);
  };

  for (const served of sites) {
    for (const { name, hostnames, noHostname } of served.site.logs) {
      if (noHostname) continue;
      if (hostnames.length > 0) for (const host of hostnames) add(host, name);
      else if (isCatchAll(served)) defaultName = name;
      else for (const host of hostHeadersOf(served)) add(splitHostPort(host)?.host ?? host, name);
    }
  }
  const silent = sites.filter(({ site }) => site.logs.length === 0);
  return omitEmpty({
    default_logger_name: defaultName,
    logger_names: objectOf(namesByHost),
    skip_hosts: silent.flatMap(hostHeadersOf).sort(compare) as Json,
    skip_unmapped_hosts: silent.some((served) => hostsOf(served).length === 0),
  });
}

// The tls app: certificates to load and to obtain, and how.

import type { JsonObject } from "../../../src/document/index.js";
import { hostsOf, httpsHostsOf, isCatchAll } from "../assembly/hosts.js";
import { portsOf } from "../assembly/listeners.js";
import type { ServedSite, ServerPlan } from "../assembly/plan.js";
import { compare } from "../compare.js";
import { omitEmpty } from "../json.js";
import type { Run } from "../line.js";
import type { GlobalOptions } from "../options/global-options.js";
import { automationPolicies } from "./automation-policies.js";
import { securedSites } from "./site-policies.js";

/** The tls app for these servers; undefined when nothing was said about it. */
export function buildTlsApp(plans: readonly ServerPlan[], run: Run): JsonObject | undefined {
  const { options } = run;
  const sites = securedSites(plans, options);
  const hidden = hiddenHosts(plans, options);
  const app = omitEmpty({
    certificates: certificates(sites, hidden),
    automation: omitEmpty({
      policies: automationPolicies(sites, hidden, run),
      on_demand: options.onDemandTls,
      ocsp_interval: options.ocspInterval,
      renew_interval: options.renewInterval,
      storage_clean_interval: options.storageCleanInterval,
    }),
    disable_ocsp_stapling: options.ocspStapling === false,
    disable_storage_check: options.storageCheck === false,
    disable_storage_clean: options.storageClean === false,
    encrypted_client_hello: options.ech,
    dns: options.dns,
    resolvers: options.tlsResolvers,
  });
  return Object.keys(app).length > 0 ? app : undefined;
}

/** Certificates by how they are had. */
function certificates(sites: readonly ServedSite[], hidden: readonly string[]): JsonObject {
  const settings = sites.flatMap(({ site }) => site.tls);
  return omitEmpty({
    load_files: settings.flatMap(({ files = [] }) => files),
    load_folders: settings.flatMap(({ folders = [] }) => folders),
    automate: [...new Set([...hidden, ...forcedHosts(sites)])].sort(compare),
  });
}

/** Hosts for which certificates are obtained even where a wildcard covers them. */
function forcedHosts(sites: readonly ServedSite[]): readonly string[] {
  return sites.flatMap((served) =>
    served.site.tls.some(({ forceAutomate }) => forceAutomate === true) ? hostsOf(served) : [],
  );
}

/**
 * Hosts of sites that have an address without a host, too. Such a site has no route for its hosts,
 * so that automatic HTTPS does not see them unless it is told.
 */
function hiddenHosts(plans: readonly ServerPlan[], options: GlobalOptions): readonly string[] {
  const modes = options.autoHttps ?? [];
  if (modes.includes("off") || modes.includes("disable_certs")) return [];
  const { http } = portsOf(options);
  const hosts = plans.flatMap(({ sites }) =>
    sites.filter(isCatchAll).flatMap((served) => httpsHostsOf(served, http)),
  );
  return [...new Set(hosts)].sort(compare);
}

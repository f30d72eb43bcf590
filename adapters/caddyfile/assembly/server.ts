// One server of the http app, with the routes of its sites.

import type { JsonArray, JsonObject } from "../../../src/document/index.js";
import type { Route } from "../contribution.js";
import { omitEmpty } from "../json.js";
import type { Run } from "../line.js";
import type { GlobalOptions } from "../options/global-options.js";
import { consolidate } from "../routes/consolidate.js";
import { buildRoutes, expectOrdered } from "../routes/read.js";
import { sortEntries } from "../routes/sort.js";
import { stableSort } from "../routes/stable-sort.js";
import { connectionPolicies, wantedPolicies } from "../tls/connection-policies.js";
import { recallRoutes } from "./memory.js";
import { type NamedRoute, namedRoutesFor } from "./named-routes.js";
import type { Listener, ServedSite, ServerPlan } from "./plan.js";
import { isForPlainHttp, refuseConflicts } from "./schemes.js";
import { serverLogs } from "./server-logs.js";
import type { Key } from "./site.js";
import { siteRoutes } from "./site-routes.js";

/** Build a server. Its sites are in the order in which they are asked. */
export function buildServer(
  plan: ServerPlan,
  named: ReadonlyMap<string, NamedRoute>,
  run: Run,
): JsonObject {
  const { listeners, sites } = plan;
  for (const { site, keys, before } of sites) {
    if (before > 0) run.budget.spend(site.words, (keys[0] as Key).token);
  }
  warnOfAddresses(sites, run);
  const automatic = automaticHttps(plan, run.options);
  const namedRoutes = namedRoutesFor(
    sites.map(({ site }) => site),
    named,
    run,
  );

  const alone = sites.length === 1;
  const routes = sites.flatMap((served) =>
    placed(
      served,
      recallRoutes(served, alone, () => siteRoutes(served, ownRoutes(served), alone)),
    ),
  );
  const errors = sites
    .filter(({ site }) => site.errorRoutes.length > 0)
    .flatMap((served) => siteRoutes(served, errorRoutes(served), alone));
  const wanted = wantedPolicies(plan, run.options);
  refuseConflicts(plan, wanted.policies.length > 0, run.options);
  const policies = connectionPolicies(wanted, plan, automatic, run);
  const logs = serverLogs(sites);
  return {
    ...omitEmpty({
      listen: listeners.map(({ address }) => address),
      listen_protocols: protocolsOf(listeners),
      listener_wrappers: sites.flatMap(({ site }) => site.listenerWrappers),
      packet_conn_wrappers: sites.flatMap(({ site }) => site.packetConnWrappers),
      routes: consolidate(routes, run.marks),
      errors: omitEmpty({ routes: errors }),
      named_routes: namedRoutes,
      tls_connection_policies: policies,
    }),
    ...(automatic === undefined ? {} : { automatic_https: automatic }),
    ...(logs === undefined ? {} : { logs }),
  };
}

function placed({ keys }: ServedSite, routes: readonly Route[]) {
  return routes.map((route) => ({ route, token: (keys[0] as ServedSite["keys"][number]).token }));
}

/** What the site's directives say. */
function ownRoutes({ site: { routes, scope }, before }: ServedSite): readonly Route[] {
  return buildRoutes(sortEntries(routes().map(expectOrdered(scope)), scope, before + 1), scope);
}

/** The site's error routes: those for certain errors before those for all. */
function errorRoutes({ site, before }: ServedSite): readonly Route[] {
  const catchesAll = (route: Route) => (route.match?.length ?? 0) === 0;
  return stableSort(site.errorRoutes, (a, b) => !catchesAll(a) || catchesAll(b), before + 1);
}

/** The protocols of each listener, when one of them has other than the default ones. */
function protocolsOf(listeners: readonly Listener[]): JsonArray {
  const lists = listeners.map(({ protocols }) =>
    protocols.some((protocol) => protocol !== "") ? protocols : null,
  );
  return lists.some((list) => list !== null) ? lists : [];
}

/** What automatic HTTPS is not to do for this server; undefined when nothing is to be said. */
function automaticHttps(plan: ServerPlan, options: GlobalOptions): JsonObject | undefined {
  const modes = options.autoHttps ?? [];
  const known = ["off", "disable_redirects", "disable_certs", "ignore_loaded_certs"];
  const skip = hostsWithoutHttps(plan, options);
  if (skip.length === 0 && !modes.some((mode) => known.includes(mode))) return undefined;
  return omitEmpty({
    disable: modes.includes("off"),
    disable_redirects: modes.includes("disable_redirects"),
    disable_certificates: modes.includes("disable_certs"),
    ignore_loaded_certificates: modes.includes("ignore_loaded_certs"),
    skip,
  });
}

/** Hosts that were named with `http://`, where the server is not for plain HTTP alone. */
function hostsWithoutHttps(plan: ServerPlan, options: GlobalOptions): JsonArray {
  if (isForPlainHttp(plan, options)) return [];
  const hosts = plan.sites
    .flatMap((served) => served.keys)
    .filter(({ address }) => address.scheme === "http" && address.host !== "")
    .map(({ address }) => address.host);
  return [...new Set(hosts)];
}

function warnOfAddresses(sites: readonly ServedSite[], { warnings }: Run): void {
  for (const { token, address } of sites.flatMap(({ keys }) => keys)) {
    if (address.path !== "") {
      warnings.add(
        token,
        undefined,
        "Using a path in a site address is deprecated; please use the 'handle' directive instead",
      );
    }
    if (address.host === "0.0.0.0" || address.host === "::") {
      warnings.add(
        token,
        undefined,
        "Site block has an unspecified IP address which only matches requests having that Host header; you probably want the 'bind' directive to configure the socket",
      );
    }
  }
}

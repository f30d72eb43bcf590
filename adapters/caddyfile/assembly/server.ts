// One server of the http app, with the routes of its sites.

import type { JsonArray, JsonObject } from "../../../src/document/index.js";
import type { Route } from "../contribution.js";
import { omitEmpty } from "../json.js";
import type { Run } from "../line.js";
import type { GlobalOptions } from "../options/global-options.js";
import { consolidate } from "../routes/consolidate.js";
import { buildRoutes, expectOrdered } from "../routes/read.js";
import { stableSort } from "../routes/stable-sort.js";
import { parseNetworkAddress } from "../syntax/network-address.js";
import { connectionPolicies } from "../tls/connection-policies.js";
import { portsOf } from "./listeners.js";
import { type NamedRoute, namedRoutesFor } from "./named-routes.js";
import type { Listener, ServedSite, ServerPlan } from "./plan.js";
import { refuseConflicts } from "./schemes.js";
import { serverLogs } from "./server-logs.js";
import { siteRoutes } from "./site-routes.js";

/** Build a server. Its sites are in the order in which they are asked. */
export function buildServer(
  plan: ServerPlan,
  named: ReadonlyMap<string, NamedRoute>,
  run: Run,
): JsonObject {
  const { listeners, sites } = plan;
  refuseAmbiguous(sites);
  warnOfAddresses(sites, run);
  const automatic = automaticHttps(plan, run.options);
  const namedRoutes = namedRoutesFor(
    sites.map(({ site }) => site),
    named,
  );

  const alone = sites.length === 1;
  const routes = sites.flatMap((served) =>
    placed(served, siteRoutes(served, ownRoutes(served), alone)),
  );
  const errors = sites.flatMap((served) =>
    placed(served, siteRoutes(served, errorRoutes(served), alone)),
  );
  const policies = connectionPolicies(plan, automatic, run.options);
  refuseConflicts(plan, policies, run.options);
  const logs = serverLogs(sites);
  return {
    ...omitEmpty({
      listen: listeners.map(({ address }) => address),
      listen_protocols: protocolsOf(listeners),
      listener_wrappers: sites.flatMap(({ site }) => site.listenerWrappers),
      packet_conn_wrappers: sites.flatMap(({ site }) => site.packetConnWrappers),
      routes: consolidate(routes, run.marks),
    }),
    ...(sites.some(({ site }) => site.errorRoutes.length > 0)
      ? { errors: omitEmpty({ routes: errors.map(({ route }) => route) }) }
      : {}),
    ...omitEmpty({ named_routes: namedRoutes, tls_connection_policies: policies }),
    ...(automatic === undefined ? {} : { automatic_https: automatic }),
    ...(logs === undefined ? {} : { logs }),
  };
}

function placed({ keys }: ServedSite, routes: readonly Route[]) {
  return routes.map((route) => ({ route, token: (keys[0] as ServedSite["keys"][number]).token }));
}

/** What the site's directives say. */
function ownRoutes({ site: { routes, scope } }: ServedSite): readonly Route[] {
  return buildRoutes(routes.map(expectOrdered(scope)), scope, true);
}

/** The site's error routes: those for certain errors before those for all. */
function errorRoutes({ site }: ServedSite): readonly Route[] {
  const routes = [...site.errorRoutes];
  const catchesAll = (route: Route) => (route.match?.length ?? 0) === 0;
  stableSort(routes, (a, b) => !(catchesAll(a) && !catchesAll(b)));
  return routes;
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
function hostsWithoutHttps({ listeners, sites }: ServerPlan, options: GlobalOptions): JsonArray {
  const port = Number(portsOf(options).http);
  const keys = sites.flatMap((served) => served.keys);
  const [first] = keys;
  const beyond = listeners.some(({ address }) => {
    if (first === undefined) return false;
    const { startPort, endPort } = parseNetworkAddress(address, first.token);
    return port < startPort || port > endPort;
  });
  if (!beyond) return [];
  const hosts = keys
    .filter(({ address }) => address.scheme === "http" && address.host !== "")
    .map(({ address }) => address.host);
  return [...new Set(hosts)];
}

/** Two sites of one server may not have the same address: nobody could tell which is meant. */
function refuseAmbiguous(sites: readonly ServedSite[]): void {
  const seen = new Map<string, ServedSite>();
  for (const served of sites) {
    for (const { token } of served.keys) {
      const other = seen.get(token.text);
      if (other !== undefined && other !== served) {
        token.fail(`ambiguous site definition: ${token.text}`);
      }
      seen.set(token.text, served);
    }
  }
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

// The whole document: the apps that the sites and the global options ask for, and what stands
// beside them.

import type { JsonObject } from "../../../src/document/index.js";
import { Counter } from "../counter.js";
import { omitEmpty } from "../json.js";
import type { Run } from "../line.js";
import { buildLogging } from "../logging/logging.js";
import type { GlobalOptions } from "../options/global-options.js";
import type { Parsed } from "../syntax/blocks.js";
import { buildPkiApp } from "../tls/pki-app.js";
import { buildTlsApp } from "../tls/tls-app.js";
import { readNamedRoutes } from "./named-routes.js";
import { planServers, type ServerPlan } from "./plan.js";
import { buildServer } from "./server.js";
import { nameServers } from "./server-options.js";
import { readSite, type Site } from "./site.js";
import { sortSites } from "./specificity.js";

/** Build the document of a Caddyfile that was parsed, with its global options read. */
export function buildDocument(parsed: Parsed, run: Run): JsonObject {
  const groups = new Counter();
  const named = readNamedRoutes(parsed.namedRoutes, run);
  const sites = parsed.sites.map((block) => readSite(block, run, groups));
  const plans = planServers(sites, run.options).map(
    (plan): ServerPlan => ({ ...plan, sites: sortSites(plan.sites) }),
  );
  const servers = plans.map((plan) => buildServer(plan, named, run));

  const apps: Record<string, JsonObject> = { ...run.options.apps };
  if (servers.length > 0) apps.http = httpApp(servers, run.options);
  const tls = buildTlsApp(plans, run);
  if (tls !== undefined) apps.tls = tls;
  const pki = buildPkiApp(plans, run);
  if (pki !== undefined) apps.pki = pki;
  const { admin, storage } = run.options;
  const logging = buildLogging(run.options, siteLogs(plans));
  return {
    ...(admin === undefined ? {} : { admin }),
    ...(logging === undefined ? {} : { logging }),
    ...(storage === undefined ? {} : { storage }),
    ...omitEmpty({ apps }),
  };
}

function httpApp(servers: readonly JsonObject[], options: GlobalOptions): JsonObject {
  const metrics = metricsOf(servers, options);
  return {
    ...omitEmpty({ http_port: options.httpPort, https_port: options.httpsPort, ...options.http }),
    servers: nameServers(servers, options),
    ...(metrics === undefined ? {} : { metrics }),
  };
}

/** Metrics are of all servers: what the options of one say holds for the others too. */
function metricsOf(
  servers: readonly JsonObject[],
  { servers: all = [], metrics }: GlobalOptions,
): JsonObject | undefined {
  const used = all.filter(({ address }) =>
    servers.some(({ listen }) => address === "" || (listen as readonly string[]).includes(address)),
  );
  const own = used.flatMap((options) => options.metrics ?? []);
  if (metrics === undefined && own.length === 0) return undefined;
  return Object.assign({}, ...own, metrics) as JsonObject;
}

/** The loggers of the sites, server by server. */
function siteLogs(plans: readonly ServerPlan[]): Site["logs"] {
  return plans.flatMap(({ sites }) => sites.flatMap(({ site }) => site.logs));
}

// The whole document: the apps that the sites and the global options ask for, and what stands
// beside them.

import type { JsonObject } from "../../../src/document/index.js";
import { Counter } from "../counter.js";
import { omitEmpty } from "../json.js";
import type { Run } from "../line.js";
import { buildLogging } from "../logging/logging.js";
import type { GlobalOptions } from "../options/global-options.js";
import type { Parser } from "../syntax/parser.js";
import { buildPkiApp } from "../tls/pki-app.js";
import { buildTlsApp } from "../tls/tls-app.js";
import { type Memory, siteOf } from "./memory.js";
import { readNamedRoutes } from "./named-routes.js";
import { planServers, type ServerPlan } from "./plan.js";
import { buildServer } from "./server.js";
import { findOptions, nameServers, type OptedServer } from "./server-options.js";
import type { Site } from "./site.js";
import { sortSites } from "./specificity.js";

/**
 * Build the document of a Caddyfile of which the global options were read. `memory` has what may be
 * used again.
 */
export function buildDocument(parser: Parser, run: Run, memory?: Memory): JsonObject {
  const sites = readSites(parser, run, memory);
  const named = readNamedRoutes(parser.namedRoutes, run);
  const written = planServers(sites, run.options);
  const plans = written.map((plan): ServerPlan => ({ ...plan, sites: sortSites(plan.sites) }));
  const servers = plans.map((plan, i) => {
    const first = written[i]?.sites[0]?.keys[0]?.token;
    const server = buildServer(plan, named, run);
    return first === undefined ? server : run.marks.mark(server, first);
  });

  const apps: Record<string, JsonObject> = { ...run.options.apps };
  if (servers.length > 0) apps.http = httpApp(servers, run);
  const tls = buildTlsApp(plans, run);
  if (tls !== undefined) apps.tls = tls;
  const pki = buildPkiApp(plans, run);
  if (pki !== undefined) apps.pki = pki;
  const { storage } = run.options;
  const admin = adminOf(run);
  const logging = buildLogging(run, siteLogs(plans));
  return {
    ...(admin === undefined ? {} : { admin }),
    ...(logging === undefined ? {} : { logging }),
    ...(storage === undefined ? {} : { storage }),
    ...omitEmpty({ apps }),
  };
}

/** Read the sites. Where the text or a named route is wrong as well, that is told instead. */
function readSites(parser: Parser, run: Run, memory: Memory | undefined): readonly Site[] {
  const groups = new Counter();
  const sites: Site[] = [];
  for (let block = parser.nextSite(); block !== undefined; block = parser.nextSite()) {
    try {
      sites.push(siteOf(block, run, groups, memory));
    } catch (error) {
      parser.finish();
      readNamedRoutes(parser.namedRoutes, run);
      throw error;
    }
  }
  return sites;
}

/** The `admin` of the document; undefined when nothing was said about it. */
function adminOf({ options, marks }: Run): JsonObject | undefined {
  const { admin, persistConfig = true } = options;
  if (persistConfig) return admin;
  return marks.carry({ ...admin, config: { persist: false } }, admin ?? {});
}

function httpApp(servers: readonly JsonObject[], run: Run): JsonObject {
  const { options } = run;
  const opted = findOptions(servers, options);
  const metrics = metricsOf(opted, options);
  return {
    ...omitEmpty({ http_port: options.httpPort, https_port: options.httpsPort, ...options.http }),
    servers: nameServers(opted, run),
    ...(metrics === undefined ? {} : { metrics }),
  };
}

/** Metrics are of all servers: what the options of one say holds for the others too. */
function metricsOf(
  servers: readonly OptedServer[],
  { metrics }: GlobalOptions,
): JsonObject | undefined {
  const own = servers.flatMap(({ options }) => options?.metrics ?? []);
  if (own.length === 0) return metrics;
  return Object.assign({}, ...own, metrics) as JsonObject;
}

/** The loggers of the sites, server by server. */
function siteLogs(plans: readonly ServerPlan[]): Site["logs"] {
  return plans.flatMap(({ sites }) => sites.flatMap(({ site }) => site.logs));
}

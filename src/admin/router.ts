// The admin API as an Express router: mounted in the admin server, or in a host's own app, wherever
// it likes. Each area of endpoints adds itself; what none of them knows is a JSON 404.

import express, { type Router } from "express";
import { configRoutes } from "./config.js";
import { debugRoutes } from "./debug.js";
import { eventRoutes } from "./events.js";
import { AdminError, failureHandler } from "./failure.js";
import { loadRoutes } from "./load.js";
import { type AdminOptions, DEFAULT_LIMITS } from "./options.js";
import { revisionRoutes } from "./revisions.js";

/**
 * Every endpoint, behind no guard: a host that mounts it in its own app decides who may ask, and
 * mounts it before anything that reads bodies.
 */
export function createAdminRouter(options: AdminOptions): Router {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const router = express.Router({ caseSensitive: true, strict: true });
  configRoutes(router, options, limits);
  loadRoutes(router, options, limits);
  eventRoutes(router, options, limits);
  revisionRoutes(router, options);
  debugRoutes(router, options);
  for (const more of options.routers ?? []) router.use(more);
  router.use((request) => {
    throw new AdminError(404, `there is no endpoint ${request.path}`);
  });
  router.use(failureHandler(options.log.named("admin.api")));
  return router;
}

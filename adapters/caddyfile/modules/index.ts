// What the modules of other namespaces have in a Caddyfile, by namespace.

import type { ModuleSyntax } from "../line.js";
import { certificateManagers } from "./certificate-managers.js";
import { clientVerifiers } from "./client-verifiers.js";
import { gzip, zstd } from "./encoders.js";
import { ipSources } from "./ip-sources.js";
import { issuers } from "./issuers.js";
import { listenerWrappers } from "./listener-wrappers.js";
import { logCores } from "./log-cores.js";
import { logEncoders } from "./log-encoders.js";
import { logFilters } from "./log-filters.js";
import { logWriters } from "./log-writers.js";
import { networkProxies } from "./network-proxies.js";
import { onDemandPermissions } from "./on-demand-permissions.js";
import { precompressed } from "./precompressed.js";
import { proxyTransports } from "./proxy-transports.js";
import { selectionPolicies } from "./selection-policies.js";
import { storages } from "./storage.js";
import { trustPools } from "./trust-pools.js";
import { upstreamSources } from "./upstream-sources.js";

/** The syntax of all standard modules. */
export const modules: readonly ModuleSyntax[] = [
  ...certificateManagers,
  ...clientVerifiers,
  gzip,
  ...ipSources,
  ...issuers,
  ...listenerWrappers,
  ...logCores,
  ...logEncoders,
  ...logFilters,
  ...logWriters,
  ...networkProxies,
  ...onDemandPermissions,
  ...precompressed,
  ...proxyTransports,
  ...selectionPolicies,
  ...storages,
  ...trustPools,
  ...upstreamSources,
  zstd,
];

// The pki app: certificate authorities of one's own.

import type { JsonObject } from "../../../src/document/index.js";
import type { ServerPlan } from "../assembly/plan.js";
import { objectOf } from "../json.js";
import type { Run } from "../line.js";

/** The authority that is meant when none is named. */
export const DEFAULT_AUTHORITY = "local";

/** The pki app for these servers; undefined when nothing was said about it. */
export function buildPkiApp(
  plans: readonly ServerPlan[],
  { options, marks }: Run,
): JsonObject | undefined {
  const { authorities: configured = new Map(), skipInstallTrust = false, autoHttps } = options;
  const authorities = new Map<string, JsonObject>(configured);
  for (const id of plans.flatMap(({ sites }) => sites.flatMap(({ site }) => site.authorities))) {
    if (!authorities.has(id)) authorities.set(id, {});
  }
  // Without any authority, the default one may still come to be used, and then install itself.
  if (authorities.size === 0 && skipInstallTrust && !autoHttps?.includes("off")) {
    authorities.set(DEFAULT_AUTHORITY, {});
  }
  if (authorities.size === 0) return undefined;
  const trust = skipInstallTrust ? { install_trust: false } : {};
  const entries = [...authorities].map(
    ([id, authority]) => [id, marks.carry({ ...authority, ...trust }, authority)] as const,
  );
  return { certificate_authorities: objectOf(entries) };
}

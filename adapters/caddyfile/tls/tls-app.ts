// The tls app: certificates to load and to obtain, and how.

import type { JsonObject } from "../../../src/document/index.js";
import type { ServerPlan } from "../assembly/plan.js";
import type { Run } from "../line.js";

/** The tls app for these servers; undefined when nothing was said about it. */
export function buildTlsApp(_plans: readonly ServerPlan[], _run: Run): JsonObject | undefined {
  return undefined;
}

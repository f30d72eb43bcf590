// The pki app: certificate authorities of one's own.

import type { JsonObject } from "../../../src/document/index.js";
import type { ServerPlan } from "../assembly/plan.js";
import type { Run } from "../line.js";

/** The pki app for these servers; undefined when nothing was said about it. */
export function buildPkiApp(_plans: readonly ServerPlan[], _run: Run): JsonObject | undefined {
  return undefined;
}

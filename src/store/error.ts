// What goes wrong with a store, in words for whoever runs it.

import { types } from "node:util";

/** A store that could not do what it was asked to. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** What an error says, whatever was thrown. */
export function messageOf(cause: unknown): string {
  return types.isNativeError(cause) ? cause.message : String(cause);
}

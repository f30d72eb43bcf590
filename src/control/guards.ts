// Preconditions of a change, checked in the same step as the change itself.

import { childOf, type Json, type Path, printPath } from "../document/index.js";
import { type Guard, PreconditionFailed } from "./change.js";

/** Throws `PreconditionFailed` for the first guard that does not hold. */
export function checkGuards(
  guards: readonly Guard[],
  document: Json,
  hash: (value: Json, path: Path) => string,
): void {
  for (const guard of guards) {
    let value: Json | undefined = document;
    for (const step of guard.path) value = childOf(value, step);
    const where = printPath(guard.path) || "/";
    if ("exists" in guard) {
      // A null is a value, but a document that is null is none.
      const exists = guard.path.length === 0 ? value !== null : value !== undefined;
      if (exists !== guard.exists) {
        throw new PreconditionFailed(
          `${where} ${guard.exists ? "does not exist" : "exists already"}`,
        );
      }
    } else if (hash(value ?? null, guard.path) !== guard.hash) {
      throw new PreconditionFailed(`${where} has changed since its ETag was read`);
    }
  }
}

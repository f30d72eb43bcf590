// Small things that provisioning and its frames share.

import { ConfigError, type Issue, type Path, printPath } from "../document/index.js";
import type { Definition } from "./module.js";
import type { Scope } from "./scope.js";
import type { Dependencies, Dependency } from "./unit.js";

/** Names what a definition makes of a path. */
export function placeKey(definition: Definition, path: Path): string {
  return `${definition.id} ${printPath(path)}`;
}

/** Names a use of a definition at a path, by somebody who shares what encloses it up to `around`. */
export function useKey(definition: Definition, path: Path, around: Scope | undefined): string {
  return `${placeKey(definition, path)}${around?.key ?? ""}`;
}

/** Map every element, and when any fails report the issues of all that do. */
export function collect<A, B>(elements: readonly A[], make: (element: A, index: number) => B): B[] {
  const issues: Issue[] = [];
  const made = elements.map((element, index) => {
    try {
      return make(element, index);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      // Not `push(...issues)`: a list may have more of them than fit on the stack.
      for (const issue of error.issues) issues.push(issue);
      return undefined;
    }
  });
  if (issues.length > 0) throw new ConfigError(issues);
  return made as B[];
}

/**
 * The dependencies of several parts as one, for what stands at `path` and holds them. A list's may
 * be more than it needs, never fewer.
 */
export function merged(
  from: Iterable<{ readonly dependencies: Dependencies }>,
  path: Path,
): Dependencies {
  let all: Map<string, Dependency> | undefined;
  for (const { dependencies } of from) {
    if (dependencies === undefined) continue;
    for (const [key, dependency] of dependencies) {
      all ??= new Map();
      // A part that depends on its own path moves with whoever holds it.
      all.set(key, dependency.kind === "self" ? { kind: "self", path } : dependency);
    }
  }
  return all;
}

/** Throw what is wrong with the node at `path`, if anything is. */
export function refuse(issues: readonly Issue[], path: Path): void {
  if (issues.length === 0) return;
  throw new ConfigError(issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] })));
}

/** Whether two paths, or their absence, are the same. */
export function isSamePath(a: Path | undefined, b: Path | undefined): boolean {
  return a === undefined || b === undefined ? a === b : printPath(a) === printPath(b);
}

// Small things that provisioning and its frames share.

import { ConfigError, type Issue, type Path, printPath } from "../document/index.js";
import type { Definition } from "./module.js";
import type { Dependencies, Dependency } from "./unit.js";

/** Names a use of a definition at a path. */
export function useKey(definition: Definition, path: Path): string {
  return `${definition.id} ${printPath(path)}`;
}

/** Map every element, and when any fails report the issues of all that do. */
export function collect<A, B>(elements: Iterable<A>, make: (element: A, index: number) => B): B[] {
  const made: B[] = [];
  const issues: Issue[] = [];
  let index = 0;
  for (const element of elements) {
    try {
      made.push(make(element, index++));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      issues.push(...error.issues);
    }
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return made;
}

/** The dependencies of several holders as one. A list's may be more than it needs, never fewer. */
export function merged(from: Iterable<{ readonly dependencies: Dependencies }>): Dependencies {
  let all: Map<string, Dependency> | undefined;
  for (const { dependencies } of from) {
    if (dependencies === undefined) continue;
    for (const [key, dependency] of dependencies) {
      // A unit's own path is nobody else's concern.
      if (dependency.kind === "self") continue;
      all ??= new Map();
      all.set(key, dependency);
    }
  }
  return all;
}

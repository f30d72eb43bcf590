// Scopes: what a place in the document is enclosed by. All that is left of a module's frame when it
// is provisioned, and all that it takes to ask the same question again for a later document.

import { isWithin, type Path, printPath } from "../document/index.js";

/** A module or part, by its id and path, and those around it. */
export class Scope {
  readonly depth: number;
  #key: string | undefined;

  constructor(
    readonly id: string,
    readonly path: Path,
    readonly parent: Scope | undefined,
  ) {
    this.depth = (parent?.depth ?? 0) + 1;
  }

  /** Tells this scope from every other. */
  get key(): string {
    this.#key ??= `${this.parent?.key ?? ""} > ${this.id} ${printPath(this.path)}`;
    return this.#key;
  }

  /** The path of the nearest module with this id among this one and those around it. */
  enclosing(id: string): Path | undefined {
    return this.id === id ? this.path : this.parent?.enclosing(id);
  }

  /** The nearest scope, from here outwards, that `path` lies within. */
  around(path: Path): Scope | undefined {
    return isWithin(path, this.path) ? this : this.parent?.around(path);
  }
}

/** Where something stands that may be used again: a unit, or a list, which encloses nothing. */
export interface Place {
  readonly id?: string;
  readonly path: Path;
  readonly parent: Scope | undefined;
}

/** How `path` is enclosed now, `before` being how it was when `place` was provisioned. */
export function enclosedNow(
  path: Path,
  before: Scope | undefined,
  place: Place,
): { readonly scope: Scope | undefined } | undefined {
  const { id, parent } = place;
  const inner = innerScopes(before, parent?.depth ?? 0);
  if (id !== undefined) {
    const encloses = isWithin(path, place.path);
    const [own] = inner;
    if (encloses !== (own !== undefined)) return undefined;
    if (own !== undefined && !isSame(own, id, place.path)) return undefined;
  }
  if (inner.length === 0) return { scope: parent?.around(path) };
  return { scope: inner.reduce((outer, s) => new Scope(s.id, s.path, outer), parent) };
}

/** The scopes from `scope` outwards that lie deeper than `depth`, the outermost first. */
function innerScopes(scope: Scope | undefined, depth: number): Scope[] {
  const inner: Scope[] = [];
  for (let s = scope; s !== undefined && s.depth > depth; s = s.parent) inner.unshift(s);
  return inner;
}

function isSame(scope: Scope, id: string, path: Path): boolean {
  return scope.id === id && printPath(scope.path) === printPath(path);
}

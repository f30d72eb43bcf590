// Units: what provisioning leaves behind. A unit is an instance together with the node it was made
// from, what it holds, and what it depends on. Holders are counted; at none, it is released.

import type { Json, JsonArray, Path, Sequence, Spliced } from "../document/index.js";
import type { Definition, Life, Part, PartList } from "./module.js";
import type { Scope } from "./scope.js";

/** Anything with holders: a unit, a list of units, or a chunk that several lists share. */
export interface Held {
  holders: number;
  readonly holds: readonly Held[];
}

/** A fact outside its own node that an instance was built from. */
export type Dependency =
  /** What `context.use` found: a unit elsewhere, or nothing there. */
  | {
      readonly kind: "use";
      readonly definition: Definition;
      readonly path: Path;
      readonly around: Scope | undefined;
      readonly unit: Unit | undefined;
    }
  /** What `context.enclosing` told. */
  | { readonly kind: "enclosing"; readonly id: string; readonly path: Path | undefined }
  /** Something in it asked for a path that its own path is part of. */
  | { readonly kind: "self"; readonly path: Path };

/** Dependencies by a key that tells them apart; undefined where there are none, which is the rule. */
export type Dependencies = ReadonlyMap<string, Dependency> | undefined;

/** Builds the instance of a unit that was forgotten, or not built yet. */
export type Rebuild = (unit: Unit) => Life;

/** One provisioned node. */
export class Unit<T extends Life = Life, O = unknown> implements Held, Part<T, O> {
  holders = 0;
  /** Started, or asleep through the start, and not yet stopped. */
  started = false;
  /** Stopped, asleep or not: who still finds it is a straggler, and has until then. */
  dueAt: number | undefined;
  /** What the definition's outline told of the instance. */
  readonly outline: O;
  #instance: T | undefined;

  constructor(
    readonly definition: Definition,
    readonly node: Json,
    readonly path: Path,
    /** The instance, and the definition's outline of it, which may do without one. */
    { instance, outline }: { readonly instance?: T; readonly outline: O },
    readonly holds: readonly Held[],
    readonly dependencies: Dependencies,
    readonly rebuild: Rebuild,
    /** The key of the node that names its module, where there is one. */
    readonly inlineKey?: string,
  ) {
    this.outline = outline;
    if (!this.mayForget) this.#instance = instance;
  }

  /** What was made of the node. */
  get instance(): T {
    this.#instance ??= this.rebuild(this) as T;
    return this.#instance;
  }

  /** Whether the instance has a part in being started, swapped and stopped. */
  get lives(): boolean {
    return this.definition.stateless !== true;
  }

  /** The instance, if it has a life and was built: what sleeps has nothing to start or stop. */
  get alive(): T | undefined {
    return this.lives ? this.#instance : undefined;
  }

  /** Only what stands on its node, on units in it and on what is kept can be built again. */
  private get mayForget(): boolean {
    if (this.lives || this.definition.outline === undefined) return false;
    return this.dependencies === undefined && !this.holds.some((held) => held instanceof UnitList);
  }
}

/** The units of a list that lie next to each other. Lists that came from one another share them. */
export class UnitChunk implements Held {
  holders = 0;
  constructor(readonly holds: readonly Unit[]) {}
}

/** The units made of an array. */
export class UnitList<T extends Life = Life, O = unknown> implements Held, PartList<T, O> {
  holders = 0;
  #derived: unknown;
  #origin: { readonly list: UnitList<T, O>; readonly by: Spliced<Part<T, O>> } | undefined;

  constructor(
    /** Names this list among those of its generation. */
    readonly key: string,
    readonly nodes: JsonArray,
    readonly parts: Sequence<Unit<T, O>>,
    readonly holds: readonly UnitChunk[],
    readonly dependencies: Dependencies,
    origin?: { readonly list: UnitList<T, O>; readonly by: Spliced<Part<T, O>> },
  ) {
    // What nobody derived from is no origin, or lists would hold on to all that came before them.
    if (origin && origin.list.#derived !== undefined) this.#origin = origin;
  }

  derive<D>(
    full: (parts: Sequence<Part<T, O>>) => D,
    change: (previous: D, by: Spliced<Part<T, O>>) => D,
  ): D {
    if (this.#derived === undefined) {
      const origin = this.#origin;
      // A list must not keep its predecessor alive.
      this.#origin = undefined;
      const previous = origin && !origin.by.renumbered ? origin.list.#derived : undefined;
      this.#derived =
        origin && previous !== undefined ? change(previous as D, origin.by) : full(this.parts);
    }
    return this.#derived as D;
  }
}

/** Add a holder. What had none before, and now has one, is told to `adopted`, children first. */
export function retain(held: Held, adopted: (held: Held) => void): void {
  if (held.holders++ > 0) return;
  for (const child of held.holds) retain(child, adopted);
  adopted(held);
}

/** Take a holder away. What has none left is told to `retired`, parents first. */
export function release(held: Held, retired: (held: Held) => void): void {
  if (--held.holders > 0) return;
  retired(held);
  for (const child of held.holds) release(child, retired);
}

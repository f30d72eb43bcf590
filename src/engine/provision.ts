// Memoized provisioning. A node that is the same object as before, and whose dependencies are, gives
// the unit of before; only what changed is built. Nothing here acquires or starts anything, so a
// candidate that fails is simply forgotten.

import {
  ConfigError,
  differingRange,
  isWithin,
  type Json,
  type JsonArray,
  type Path,
  run,
  Sequence,
  valueAt,
} from "../document/index.js";
import { type Builder, Frame, type Workshop } from "./frame.js";
import { collect, isSamePath, merged, placeKey, useKey } from "./gather.js";
import { Glancer } from "./glance.js";
import { Kept } from "./kept.js";
import { Memo } from "./memo.js";
import type { Definition } from "./module.js";
import { configOf } from "./rebuild.js";
import { enclosedNow, type Place, Scope } from "./scope.js";
import {
  type Dependencies,
  type Dependency,
  type Held,
  Unit,
  UnitChunk,
  UnitList,
} from "./unit.js";

/** One attempt to provision a document. */
export class Transaction implements Builder {
  /** Everything that had to be built, children first. */
  readonly built: Unit[] = [];
  readonly #used = new Map<string, Unit | undefined>();
  readonly #using = new Set<string>();

  constructor(
    readonly workshop: Workshop,
    readonly document: Json,
    /** Build everything, although it is there already. */
    readonly force: boolean,
    /** What this attempt, and those it builds upon, have built. */
    readonly fresh: Memo = new Memo(),
  ) {}

  /** The unit of a node: the one of before where that is allowed, else a new one. */
  unit(
    definition: Definition,
    node: Json,
    path: Path,
    parent: Scope | undefined,
    inlineKey?: string,
  ): Unit {
    return (
      this.reusable(definition, node, path, parent) ??
      this.build(definition, node, path, parent, inlineKey)
    );
  }

  private reusable(
    definition: Definition,
    node: Json,
    path: Path,
    parent: Scope | undefined,
  ): Unit | undefined {
    for (const memo of this.force ? [this.fresh] : [this.fresh, this.workshop.memo]) {
      const unit = memo.find(definition, node, (known) =>
        this.holds(known.dependencies, { id: definition.id, path, parent }),
      );
      if (unit) return unit;
    }
    return undefined;
  }

  /** Whether everything that was depended on is still as it was. */
  private holds(dependencies: Dependencies, place: Place): boolean {
    if (dependencies === undefined) return true;
    for (const dependency of dependencies.values()) {
      if (!this.stillTrue(dependency, place)) return false;
    }
    return true;
  }

  private stillTrue(dependency: Dependency, place: Place): boolean {
    switch (dependency.kind) {
      case "self":
        return isSamePath(dependency.path, place.path);
      case "enclosing":
        return isSamePath(place.parent?.enclosing(dependency.id), dependency.path);
      case "use":
        return this.stillUsed(dependency, place);
    }
  }

  private stillUsed(dependency: Dependency & { kind: "use" }, place: Place): boolean {
    const { definition, path, around, unit } = dependency;
    const now = enclosedNow(path.slice(0, -1), around, place);
    if (now === undefined) return false;
    try {
      return this.used(definition, path, now.scope) === unit;
    } catch (error) {
      // Who used it is provisioned anew, and reports what is wrong with it now.
      if (error instanceof ConfigError) return false;
      throw error;
    }
  }

  private build(
    definition: Definition,
    node: Json,
    path: Path,
    parent: Scope | undefined,
    inlineKey: string | undefined,
  ): Unit {
    const { rebuild } = this.workshop;
    const glanced = this.glanced(definition, node, path, parent, inlineKey);
    if (glanced !== undefined) {
      const { outline, holds } = glanced;
      const asleep = { outline };
      return this.made(
        new Unit(definition, node, path, asleep, holds, undefined, rebuild, inlineKey),
      );
    }
    const config = this.config(definition, node, path, inlineKey);
    const frame = new Frame(this, new Scope(definition.id, path, parent));
    const instance = frame.provision(definition, config, frame.scope, node);
    const { holds } = frame;
    const dependencies = frame.dependencies();
    const made = { instance, outline: definition.outline?.(instance) };
    return this.made(
      new Unit(definition, node, path, made, holds, dependencies, rebuild, inlineKey),
    );
  }

  /** The outline of what can be built when it is first used, and what it holds. */
  private glanced(
    definition: Definition,
    node: Json,
    path: Path,
    parent: Scope | undefined,
    inlineKey: string | undefined,
  ): { readonly outline: unknown; readonly holds: readonly Held[] } | undefined {
    // A stateless module of which nobody asks an outline is built with whatever holds it.
    if (definition.stateless && definition.outline === undefined) return undefined;
    const glancer = new Glancer(this, path, parent);
    const outline = glancer.look(definition, node, inlineKey);
    return outline === undefined ? undefined : { outline, holds: glancer.holds };
  }

  kept(kind: string, name: string): Kept {
    const known = this.fresh.kept(kind, name) ?? this.workshop.memo.kept(kind, name);
    if (known !== undefined) return known;
    const kept = new Kept(kind, name);
    this.fresh.add(kept);
    return kept;
  }

  private made(unit: Unit): Unit {
    this.built.push(unit);
    this.fresh.add(unit);
    return unit;
  }

  config(definition: Definition, node: Json, path: Path, inlineKey?: string): Json {
    return configOf(this.workshop.registry, definition, node, path, inlineKey);
  }

  /** The unit of what stands at `path` of the document, built on demand, at most once. */
  used(definition: Definition, path: Path, around: Scope | undefined): Unit | undefined {
    const key = useKey(definition, path, around);
    if (this.#used.has(key)) return this.#used.get(key);
    if (this.#using.has(key)) {
      throw new ConfigError({ path, message: "uses itself, by way of what it uses" });
    }
    const node = valueOrNothing(this.document, path);
    this.#using.add(key);
    try {
      const unit = node === undefined ? undefined : this.unit(definition, node, path, around);
      this.#used.set(key, unit);
      return unit;
    } finally {
      this.#using.delete(key);
    }
  }

  /** The units of an array's elements; what did not change is shared with the list of before. */
  list(definition: Definition, nodes: JsonArray, path: Path, parent: Scope): UnitList {
    const key = placeKey(definition, path);
    const before = this.fresh.list(key) ?? (this.force ? undefined : this.workshop.memo.list(key));
    const list =
      before && this.holds(before.dependencies, { path, parent }) && mayChange(before, nodes, path)
        ? this.spliced(before, definition, nodes, path, parent)
        : this.whole(key, definition, nodes, path, parent);
    this.fresh.add(list);
    return list;
  }

  private whole(
    key: string,
    definition: Definition,
    nodes: JsonArray,
    path: Path,
    parent: Scope,
  ): UnitList {
    const units = this.all(nodes, 0, nodes.length, definition, path, parent);
    const parts = Sequence.of(units);
    return new UnitList(key, nodes, parts, this.chunksOf(parts), merged(units, path));
  }

  private spliced(
    before: UnitList,
    definition: Definition,
    nodes: JsonArray,
    path: Path,
    parent: Scope,
  ): UnitList {
    if (before.nodes === nodes) return before;
    const { start, endA, endB } = differingRange(before.nodes, nodes);
    const units = this.all(nodes, start, endB, definition, path, parent);
    const by = before.parts.splice(start, endA - start, units);
    const dependencies = merged([before, ...units], path);
    const chunks = this.chunksOf(by.sequence);
    return new UnitList(before.key, nodes, by.sequence, chunks, dependencies, { list: before, by });
  }

  private all(
    nodes: JsonArray,
    start: number,
    end: number,
    definition: Definition,
    path: Path,
    parent: Scope,
  ): Unit[] {
    return collect(run(nodes, start, end), (node, i) =>
      this.unit(definition, node, path.concat(String(start + i)), parent),
    );
  }

  private chunksOf(parts: Sequence<Unit>): UnitChunk[] {
    const { chunks } = this.workshop.memo;
    return parts.chunks.map((chunk) => {
      let held = chunks.get(chunk);
      if (!held) {
        held = new UnitChunk(chunk.map((slot) => slot.value));
        chunks.set(chunk, held);
      }
      return held;
    });
  }
}

/** Whether the elements of a list may stand at other indexes than before, should they have to. */
function mayChange(list: UnitList, nodes: JsonArray, path: Path): boolean {
  if (list.dependencies === undefined || list.nodes.length === nodes.length) return true;
  for (const dependency of list.dependencies.values()) {
    if (dependency.kind === "self") return false;
    if (dependency.kind === "use" && isWithin(dependency.path, path)) return false;
  }
  return true;
}

function valueOrNothing(document: Json, path: Path): Json | undefined {
  try {
    return valueAt(document, path);
  } catch {
    return undefined;
  }
}

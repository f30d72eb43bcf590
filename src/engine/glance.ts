// A look instead of a building: most elements of a long list are plain, and most of them sleep. What
// can be told of such an element without making it is told here. What has a life in it gets a unit of
// its own, which may sleep as well.

import { ConfigError, childOf, isObject, type Json, type Path } from "../document/index.js";
import type { Builder } from "./frame.js";
import type { Definition, Glance, Life } from "./module.js";
import type { Scope } from "./scope.js";
import type { Held } from "./unit.js";

/** Where a module stands: the steps from the one around it. */
interface Place {
  readonly around: Place | undefined;
  readonly at: Path;
}

/** A look at one node. */
export class Glancer implements Glance {
  /** The units of what has a life within the node, and what it keeps, in the order of asking. */
  readonly holds: Held[] = [];
  #place: Place | undefined;

  constructor(
    private readonly builder: Builder,
    private readonly path: Path,
    private readonly parent: Scope | undefined,
  ) {}

  /** What a definition tells of a node at a glance; undefined when it has to be built to be known. */
  look(definition: Definition, node: Json, naming?: string): unknown {
    if (definition.glance === undefined) return undefined;
    const check = this.builder.workshop.registry.check(definition);
    const config = check.prepare(node, naming);
    return check.fits(config) ? definition.glance(config, this) : undefined;
  }

  inline(namespace: string, key: string, node: Json, at: Path): unknown {
    const name = isObject(node) ? childOf(node, key) : undefined;
    if (typeof name !== "string") return undefined;
    const definition = this.find(namespace, name);
    return definition && this.child(definition, node, at, key);
  }

  named<O>(namespace: string, name: string, node: Json, at: Path): O | undefined {
    const definition = this.find(namespace, name);
    return definition && (this.child(definition, node, at) as O | undefined);
  }

  part<C, T extends Life, O>(definition: Definition<C, T, O>, node: Json, at: Path): O | undefined {
    return this.child(definition as unknown as Definition, node, at) as O | undefined;
  }

  keep(kind: string, name: string): void {
    const kept = this.builder.kept(kind, name);
    if (!this.holds.includes(kept)) this.holds.push(kept);
  }

  private find(namespace: string, name: string): Definition | undefined {
    return this.builder.workshop.registry.find(namespace, name);
  }

  private child(definition: Definition, node: Json, at: Path, key?: string): unknown {
    return definition.stateless
      ? this.within(at, definition, node, key)
      : this.hold(definition, node, at, key);
  }

  private within(at: Path, definition: Definition, node: Json, naming?: string): unknown {
    const around = this.#place;
    this.#place = { around, at };
    const told = this.look(definition, node, naming);
    this.#place = around;
    return told;
  }

  /** What depends on its surroundings, or cannot be built, is left to a building of the whole. */
  private hold(definition: Definition, node: Json, at: Path, key?: string): unknown {
    try {
      const unit = this.builder.unit(definition, node, this.pathOf(at), this.parent, key);
      if (unit.dependencies !== undefined) return undefined;
      this.holds.push(unit);
      return unit.outline ?? true;
    } catch (error) {
      if (error instanceof ConfigError) return undefined;
      throw error;
    }
  }

  private pathOf(at: Path): Path {
    const places: Path[] = [at];
    for (let place = this.#place; place !== undefined; place = place.around) places.push(place.at);
    return this.path.concat(...places.reverse());
  }
}

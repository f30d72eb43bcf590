// A look instead of a building: most elements of a long list are plain, and most of them sleep. What
// can be told of such an element without making it is told here. Only what has a life is built.

import { ConfigError, childOf, isObject, type Json, type Path } from "../document/index.js";
import type { Definition, Glance, Life } from "./module.js";
import type { Registry } from "./registry.js";
import type { Unit } from "./unit.js";

/** Makes or finds the unit of what has a life. Throws `ConfigError`. */
export type BuildUnit = (definition: Definition, node: Json, path: Path, inlineKey: string) => Unit;

/** Where a module stands: the steps from the one around it. */
interface Place {
  readonly around: Place | undefined;
  readonly at: Path;
}

/** A look at one node. */
export class Glancer implements Glance {
  /** The units of what has a life within the node, in the order in which they were asked for. */
  readonly holds: Unit[] = [];
  #place: Place | undefined;

  constructor(
    private readonly registry: Registry,
    private readonly path: Path,
    private readonly unit: BuildUnit,
  ) {}

  /** What a definition tells of a node at a glance; undefined when it has to be built to be known. */
  look(definition: Definition, node: Json, naming?: string): unknown {
    if (definition.glance === undefined) return undefined;
    const check = this.registry.check(definition);
    const config = check.prepare(node, naming);
    return check.fits(config) ? definition.glance(config, this) : undefined;
  }

  inline(namespace: string, key: string, node: Json, at: Path): unknown {
    const name = isObject(node) ? childOf(node, key) : undefined;
    if (typeof name !== "string") return undefined;
    const definition = this.registry.find(namespace, name);
    if (definition === undefined) return undefined;
    if (definition.stateless !== true) return this.hold(definition, node, at, key);
    return this.within(at, definition, node, key);
  }

  named<O>(namespace: string, name: string, node: Json, at: Path): O | undefined {
    const definition = this.registry.find(namespace, name);
    return definition && (this.within(at, definition, node) as O | undefined);
  }

  part<C, T extends Life, O>(definition: Definition<C, T, O>, node: Json, at: Path): O | undefined {
    return this.within(at, definition as unknown as Definition, node) as O | undefined;
  }

  private within(at: Path, definition: Definition, node: Json, naming?: string): unknown {
    const around = this.#place;
    this.#place = { around, at };
    const told = this.look(definition, node, naming);
    this.#place = around;
    return told;
  }

  /** What depends on its surroundings, or cannot be built, is left to a building of the whole. */
  private hold(definition: Definition, node: Json, at: Path, key: string): true | undefined {
    try {
      const unit = this.unit(definition, node, this.pathOf(at), key);
      if (unit.dependencies !== undefined) return undefined;
      this.holds.push(unit);
      return true;
    } catch (error) {
      if (error instanceof ConfigError) return undefined;
      throw error;
    }
  }

  private pathOf(at: Path): Path {
    let path = at;
    for (let place = this.#place; place !== undefined; place = place.around) {
      path = place.at.concat(path);
    }
    return this.path.concat(path);
  }
}

// A look instead of a building: most elements of a long list are plain, and most of them sleep. What
// can be told of such a config without making anything is told here.

import { childOf, isObject, type Json } from "../document/index.js";
import type { Definition, Glance, Life } from "./module.js";
import type { Registry } from "./registry.js";

/** Looks at nodes with the modules of a registry. */
export class Glancer implements Glance {
  constructor(private readonly registry: Registry) {}

  inline(namespace: string, key: string, node: Json): unknown {
    const name = isObject(node) ? childOf(node, key) : undefined;
    if (typeof name !== "string") return undefined;
    const definition = this.registry.find(namespace, name);
    return definition && this.look(definition, node, key);
  }

  named<O>(namespace: string, name: string, node: Json): O | undefined {
    const definition = this.registry.find(namespace, name);
    return definition && (this.look(definition, node) as O | undefined);
  }

  part<C, T extends Life, O>(definition: Definition<C, T, O>, node: Json): O | undefined {
    return this.look(definition as unknown as Definition, node) as O | undefined;
  }

  /** What a definition tells of a node at a glance; undefined when it has to be built to be known. */
  look(definition: Definition, node: Json, naming?: string): unknown {
    if (definition.glance === undefined) return undefined;
    const check = this.registry.check(definition);
    const config = check.prepare(node, naming);
    return check.fits(config) ? definition.glance(config, this) : undefined;
  }
}

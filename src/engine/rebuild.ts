// Building what was forgotten, or never built: modules that stand on their node alone, but for the
// units that they hold. There is no transaction, since nothing is decided: the node was checked when
// it became part of the document.

import type { Json, Path } from "../document/index.js";
import { Frame, type Workshop } from "./frame.js";
import { refuse } from "./gather.js";
import { Kept } from "./kept.js";
import type { Definition, Life } from "./module.js";
import type { Registry } from "./registry.js";
import { Scope } from "./scope.js";
import { type Held, Unit } from "./unit.js";

/** What a module gets to see of its node. Throws `ConfigError` if that is not as its schema says. */
export function configOf(
  registry: Registry,
  definition: Definition,
  node: Json,
  path: Path,
  inlineKey?: string,
): Json {
  const check = registry.check(definition);
  const config = check.prepare(node, inlineKey);
  refuse(check.issues(config), path);
  return config;
}

/** The instance of a unit that depends on nothing, and holds units and what is kept. */
export function rebuilt(workshop: Workshop, unit: Unit): Life {
  const { definition, node, path, holds, inlineKey } = unit;
  const unasked = (): never => {
    throw new Error(`${definition.id} asked for more than when it was checked`);
  };
  const config = (of: Definition, at: Json, where: Path, inlineKey?: string) =>
    configOf(workshop.registry, of, at, where, inlineKey);
  const left = [...holds];
  const part = (of: Definition, at: Json): Unit => {
    const is = (held: Held) => held instanceof Unit && held.definition === of && held.node === at;
    const index = left.findIndex(is);
    return index < 0 ? unasked() : (left.splice(index, 1)[0] as Unit);
  };
  const kept = (kind: string, name: string): Kept => {
    const is = (held: Held) => held instanceof Kept && held.kind === kind && held.name === name;
    return (holds.find(is) as Kept | undefined) ?? unasked();
  };
  const builder = { workshop, config, unit: part, kept, list: unasked, used: unasked };
  const scope = new Scope(definition.id, path, undefined);
  const prepared = config(definition, node, path, inlineKey);
  return new Frame(builder, scope).provision(definition, prepared, scope, node);
}

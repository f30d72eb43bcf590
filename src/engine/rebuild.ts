// Building again what was forgotten: stateless modules that stand on their node alone. There is no
// transaction, since nothing is decided: the node was checked when it became part of the document.

import type { Json, Path } from "../document/index.js";
import { Frame, type Workshop } from "./frame.js";
import { refuse } from "./gather.js";
import type { Definition, Life } from "./module.js";
import type { Registry } from "./registry.js";
import { Scope } from "./scope.js";

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

/** The instance of a node whose unit holds nothing and depends on nothing. */
export function rebuilt(workshop: Workshop, definition: Definition, node: Json, path: Path): Life {
  const unasked = (): never => {
    throw new Error(`${definition.id} asked for more than when it was checked`);
  };
  const config = (of: Definition, at: Json, where: Path, inlineKey?: string) =>
    configOf(workshop.registry, of, at, where, inlineKey);
  const builder = { workshop, config, unit: unasked, list: unasked, used: unasked };
  const scope = new Scope(definition.id, path, undefined);
  const prepared = config(definition, node, path);
  return new Frame(builder, scope).provision(definition, prepared, scope, node);
}

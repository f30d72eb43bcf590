// Which modules there are. Nothing registers itself: whoever makes an engine lists them.

import { type Check, Checker, suggestion } from "../schema/index.js";
import type { Definition } from "./module.js";

/** The modules one engine knows, by id. */
export class Registry {
  readonly #definitions = new Map<string, Definition>();
  readonly #namespaces = new Map<string, Map<string, Definition>>();
  readonly #checker = new Checker();
  readonly #checks = new Map<Definition, Check>();

  /** Throws when two modules have the same id. */
  constructor(definitions: Iterable<Definition>) {
    for (const definition of definitions) {
      if (this.#definitions.has(definition.id)) {
        throw new Error(`two modules have the id "${definition.id}"`);
      }
      this.#definitions.set(definition.id, definition);
      const dot = definition.id.lastIndexOf(".");
      const namespace = definition.id.slice(0, Math.max(0, dot));
      const names = this.#namespaces.get(namespace) ?? new Map<string, Definition>();
      this.#namespaces.set(namespace, names.set(definition.id.slice(dot + 1), definition));
    }
  }

  get(id: string): Definition | undefined {
    return this.#definitions.get(id);
  }

  /** The module of a name within a namespace; "" is that of the apps. */
  find(namespace: string, name: string): Definition | undefined {
    return this.#namespaces.get(namespace)?.get(name);
  }

  /** All modules, sorted by id. */
  all(): Definition[] {
    return [...this.#definitions.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The names within a namespace; "" is that of the apps. */
  names(namespace: string): string[] {
    return [...(this.#namespaces.get(namespace)?.keys() ?? [])].sort();
  }

  /** What to write instead of a module that is not there. */
  suggest(namespace: string, name: string): string | undefined {
    return suggestion(name, this.names(namespace));
  }

  /** The compiled schema of a definition, registered or not. */
  check(definition: Definition): Check {
    let check = this.#checks.get(definition);
    if (check === undefined) {
      check = this.#checker.of(definition.schema);
      this.#checks.set(definition, check);
    }
    return check;
  }

  /** Compile the schemas of all modules, one at each step. */
  *warmUp(): Iterable<void> {
    for (const definition of this.#definitions.values()) yield this.check(definition).warm();
  }
}

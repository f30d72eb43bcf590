// Which modules there are. Nothing registers itself: whoever makes an engine lists them.

import { type Check, Checker, suggestion } from "../schema/index.js";
import type { Definition } from "./module.js";

/** The modules one engine knows, by id. */
export class Registry {
  readonly #definitions = new Map<string, Definition>();
  readonly #checker = new Checker();

  /** Throws when two modules have the same id. */
  constructor(definitions: Iterable<Definition>) {
    for (const definition of definitions) {
      if (this.#definitions.has(definition.id)) {
        throw new Error(`two modules have the id "${definition.id}"`);
      }
      this.#definitions.set(definition.id, definition);
    }
  }

  get(id: string): Definition | undefined {
    return this.#definitions.get(id);
  }

  /** All modules, sorted by id. */
  all(): Definition[] {
    return [...this.#definitions.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The names within a namespace; "" is that of the apps. */
  names(namespace: string): string[] {
    const prefix = namespace === "" ? "" : `${namespace}.`;
    return this.all()
      .filter(({ id }) => id.startsWith(prefix) && !id.slice(prefix.length).includes("."))
      .map(({ id }) => id.slice(prefix.length));
  }

  /** What to write instead of a module that is not there. */
  suggest(namespace: string, name: string): string | undefined {
    return suggestion(name, this.names(namespace));
  }

  /** The compiled schema of a definition, registered or not. */
  check(definition: Definition): Check {
    return this.#checker.of(definition.schema);
  }
}

// What is remembered between generations, so that what did not change is not built again.

import type { Chunk, Json } from "../document/index.js";
import type { Definition } from "./module.js";
import { Unit, type UnitChunk, UnitList } from "./unit.js";

/** Lists shorter than this are built anew: the memo of their elements is enough. */
const LONG_LIST = 64;

/** Units by definition and node, and the long lists. */
export class Memo {
  readonly #units = new Map<Definition, Map<Json, Unit>>();
  readonly #lists = new Map<string, UnitList>();
  readonly chunks = new WeakMap<Chunk<Unit>, UnitChunk>();

  get(definition: Definition, node: Json): Unit | undefined {
    return this.#units.get(definition)?.get(node);
  }

  list(key: string): UnitList | undefined {
    return this.#lists.get(key);
  }

  /** Remember what came into use. */
  add(held: object): void {
    if (held instanceof Unit && typeof held.node === "object") {
      const units = this.#units.get(held.definition) ?? new Map<Json, Unit>();
      this.#units.set(held.definition, units.set(held.node, held));
    } else if (held instanceof UnitList && held.nodes.length >= LONG_LIST) {
      this.#lists.set(held.key, held);
    }
  }

  /** Forget what went out of use, unless something newer has taken its place. */
  remove(held: object): void {
    if (held instanceof Unit && typeof held.node === "object") {
      const units = this.#units.get(held.definition);
      if (units?.get(held.node) === held) units.delete(held.node);
    } else if (held instanceof UnitList && this.#lists.get(held.key) === held) {
      this.#lists.delete(held.key);
    }
  }

  /** How many units are in use. */
  get size(): number {
    let size = 0;
    for (const units of this.#units.values()) size += units.size;
    return size;
  }
}

// What is remembered between generations, so that what did not change is not built again.

import type { Chunk, Json } from "../document/index.js";
import { Kept } from "./kept.js";
import type { Definition } from "./module.js";
import { Unit, type UnitChunk, UnitList } from "./unit.js";

/** Lists shorter than this are built anew: the memo of their elements is enough. */
const LONG_LIST = 64;
/** Definitions with fewer units than this (an app, a server) get a new map at every change. */
const FEW = 16;

/** The units of one definition, by their nodes. */
type Units = Map<Json, Unit | readonly Unit[]>;

/** Units by definition and node, and the long lists. */
export class Memo {
  readonly #units = new Map<Definition, Units>();
  #size = 0;
  readonly #lists = new Map<string, UnitList>();
  readonly #kept = new Map<string, Map<string, Kept>>();
  readonly chunks = new WeakMap<Chunk<Unit>, UnitChunk>();

  /** A unit of this node that fits its place: a node may stand at several. */
  find(definition: Definition, node: Json, fits: (unit: Unit) => boolean): Unit | undefined {
    const known = this.#units.get(definition)?.get(node);
    return unitsIn(known).find(fits);
  }

  list(key: string): UnitList | undefined {
    return this.#lists.get(key);
  }

  /** What is kept, by its kind and name. */
  kept(kind: string, name: string): Kept | undefined {
    return this.#kept.get(kind)?.get(name);
  }

  /** All that is kept of a kind. */
  keptOf(kind: string): Iterable<Kept> {
    return this.#kept.get(kind)?.values() ?? [];
  }

  /** Remember what came into use. */
  add(held: object): void {
    if (held instanceof Unit && typeof held.node === "object") {
      const units = this.unitsToChange(held.definition);
      const known = unitsIn(units.get(held.node));
      units.set(held.node, known.length === 0 ? held : [held, ...known]);
      this.#size++;
    } else if (held instanceof UnitList && held.nodes.length >= LONG_LIST) {
      this.#lists.set(held.key, held);
    } else if (held instanceof Kept) {
      const kind = this.#kept.get(held.kind) ?? new Map<string, Kept>();
      this.#kept.set(held.kind, kind.set(held.name, held));
    }
  }

  /** Forget what went out of use. */
  remove(held: object): void {
    if (held instanceof Unit && typeof held.node === "object") {
      const units = this.unitsToChange(held.definition);
      const known = unitsIn(units.get(held.node));
      const left = known.filter((unit) => unit !== held);
      this.#size -= known.length - left.length;
      if (left.length === 0) units.delete(held.node);
      else units.set(held.node, left);
    } else if (held instanceof UnitList && this.#lists.get(held.key) === held) {
      this.#lists.delete(held.key);
    } else if (held instanceof Kept && this.kept(held.kind, held.name) === held) {
      this.#kept.get(held.kind)?.delete(held.name);
    }
  }

  /**
   * The units of a definition, to be changed. When V8 rehashes a map, the old table keeps pointing
   * to the new one; one that has grown old would keep every later server, and with it a version of
   * the document, until a full collection. So a small map is never changed for long.
   */
  private unitsToChange(definition: Definition): Units {
    const known = this.#units.get(definition);
    if (known !== undefined && known.size >= FEW) return known;
    const units: Units = new Map(known);
    this.#units.set(definition, units);
    return units;
  }

  /** How many resources are kept. */
  get keeping(): number {
    let count = 0;
    for (const { size } of this.#kept.values()) count += size;
    return count;
  }

  /** How many units are in use. */
  get size(): number {
    return this.#size;
  }
}

function unitsIn(known: Unit | readonly Unit[] | undefined): readonly Unit[] {
  if (known === undefined) return [];
  return known instanceof Unit ? [known] : known;
}

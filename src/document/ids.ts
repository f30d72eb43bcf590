// Where the object with a given `@id` stands. Indexed per subtree and combined, so that an edit
// updates the path from its place to the root; an array keeps orders, not indexes, so that an
// insert in front of ten thousand elements moves nothing.

import { type Gap, gapsBetween, run } from "./ends.js";
import { ConfigError } from "./issue.js";
import {
  isArray,
  isContainer,
  isObject,
  type Json,
  type JsonArray,
  type JsonObject,
} from "./json.js";
import { LayeredMap } from "./layered-map.js";
import { childOf } from "./path.js";
import { Sequence, type Slot } from "./sequence.js";
import { type Path, printPath } from "./steps.js";

/** Containers with more children that hold ids than this have a map; others ask each child. */
const ASK_UP_TO = 8;

/** The ids of one document. */
export class IdIndex {
  private constructor(
    private readonly root: Json,
    private readonly tree: IdTree | undefined,
    private readonly known: LayeredMap<true>,
  ) {}

  /** Index a document. Throws `ConfigError` naming both places when an id stands twice. */
  static of(root: Json): IdIndex {
    return new IdIndex(null, undefined, LayeredMap.of(new Map())).advance(root);
  }

  /** The index of another document, at the cost of where it differs from this one. */
  advance(root: Json): IdIndex {
    if (root === this.root) return this;
    const delta: Delta = { removed: [], added: [] };
    try {
      const tree = updated(this.tree, this.root, root, delta);
      return new IdIndex(root, tree, this.counted(root, delta));
    } catch (error) {
      if (error instanceof UnusableId) throw unusable(root, error.holder);
      throw error;
    }
  }

  /** The path of the object with this id, as it is now. */
  find(id: string): Path | undefined {
    return this.known.has(id) ? this.tree?.find(id) : undefined;
  }

  /** All ids of the document, each of which may stand in one place only. */
  private counted(root: Json, { removed, added }: Delta): LayeredMap<true> {
    const kept = this.known.with(removed, []);
    const seen = new Set<string>();
    for (const id of added) {
      if (kept.has(id) || seen.has(id)) throw duplicate(root, id);
      seen.add(id);
    }
    return kept.with(
      [],
      added.map((id) => [id, true] as const),
    );
  }
}

/** The id an object carries, as text: `5` and `"5"` are the same id. */
export function idOf(node: Json): string | undefined {
  if (!isObject(node)) return undefined;
  const id = childOf(node, "@id");
  return typeof id === "string" || typeof id === "number" ? String(id) : undefined;
}

/** The ids that the subtrees walked so far lost and gained. */
interface Delta {
  readonly removed: string[];
  readonly added: string[];
}

interface IdTree {
  /** The path from here to an id; the caller knows that it stands somewhere in the document. */
  find(id: string): Path | undefined;
  collect(into: string[]): void;
}

class ObjectIds implements IdTree {
  constructor(
    readonly own: string | undefined,
    readonly children: ReadonlyMap<string, IdTree>,
    readonly where?: LayeredMap<string>,
  ) {}

  find(id: string): Path | undefined {
    if (id === this.own) return [];
    if (this.where) {
      const key = this.where.get(id);
      const below = key === undefined ? undefined : this.children.get(key)?.find(id);
      return below && [key as string, ...below];
    }
    for (const [key, child] of this.children) {
      const below = child.find(id);
      if (below) return [key, ...below];
    }
    return undefined;
  }

  collect(into: string[]): void {
    if (this.own !== undefined) into.push(this.own);
    for (const child of this.children.values()) child.collect(into);
  }

  /** The ids below those keys under which `node` holds nothing any more. */
  collectGone(node: JsonObject, into: string[]): void {
    for (const [key, child] of this.children) {
      if (!isContainer(childOf(node, key))) child.collect(into);
    }
  }
}

class ArrayIds implements IdTree {
  constructor(
    readonly elements: Sequence<IdTree | undefined>,
    readonly where: LayeredMap<number>,
  ) {}

  find(id: string): Path | undefined {
    const order = this.where.get(id);
    if (order === undefined) return undefined;
    const position = this.elements.positionOf(order);
    const below = this.elements.at(position)?.find(id);
    return below && [String(position), ...below];
  }

  collect(into: string[]): void {
    for (const element of this.elements) element?.collect(into);
  }
}

/** The ids of `node`, given those of what stood in its place before. */
function updated(
  tree: IdTree | undefined,
  before: Json,
  node: Json,
  delta: Delta,
): IdTree | undefined {
  if (node === before) return tree;
  if (isArray(node)) {
    if (isArray(before) && tree instanceof ArrayIds) {
      return updatedArray(tree, before, node, delta);
    }
    if (isArray(before)) return sparseArray(before, node, delta);
  } else if (isObject(node) && isObject(before)) {
    return updatedObject(tree as ObjectIds | undefined, before, node, delta);
  }
  tree?.collect(delta.removed);
  return fresh(node, delta);
}

/** The ids of a value of which nothing is known. */
function fresh(node: Json, delta: Delta): IdTree | undefined {
  if (isArray(node)) return freshArray(node, delta);
  return isObject(node) ? freshObject(node, delta) : undefined;
}

function freshObject(node: JsonObject, delta: Delta): IdTree | undefined {
  let own: string | undefined;
  let children: Map<string, IdTree> | undefined;
  const keys = Object.keys(node);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    if (key === "@id") {
      own = ownId(node) as string;
      delta.added.push(own);
      continue;
    }
    const child = fresh(node[key] as Json, delta);
    if (child === undefined) continue;
    children ??= new Map();
    children.set(key, child);
  }
  return objectIds(own, children);
}

function updatedObject(
  tree: ObjectIds | undefined,
  before: JsonObject,
  node: JsonObject,
  delta: Delta,
): IdTree | undefined {
  const lost = delta.removed.length;
  const own = ownId(node);
  if (own !== tree?.own) {
    if (tree?.own !== undefined) delta.removed.push(tree.own);
    if (own !== undefined) delta.added.push(own);
  }
  let children: Map<string, IdTree> | undefined;
  const gained: (readonly [id: string, key: string])[] = [];
  const keys = Object.keys(node);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const value = node[key] as Json;
    if (!isContainer(value)) continue;
    const from = delta.added.length;
    const child = updated(tree?.children.get(key), childOf(before, key) ?? null, value, delta);
    if (child === undefined) continue;
    children ??= new Map();
    children.set(key, child);
    for (let at = from; tree?.where && at < delta.added.length; at++) {
      gained.push([delta.added[at] as string, key]);
    }
  }
  tree?.collectGone(node, delta.removed);
  const where = tree?.where?.with(delta.removed.slice(lost), gained);
  return objectIds(own, children, where);
}

function objectIds(
  own: string | undefined,
  children: ReadonlyMap<string, IdTree> | undefined,
  where?: LayeredMap<string>,
): IdTree | undefined {
  if (children === undefined) return own === undefined ? undefined : new ObjectIds(own, NONE);
  if (children.size <= ASK_UP_TO) return new ObjectIds(own, children);
  return new ObjectIds(own, children, where ?? whereAll(children));
}

const NONE: ReadonlyMap<string, IdTree> = new Map();

/** Which child of an object holds an id. */
function whereAll(children: ReadonlyMap<string, IdTree>): LayeredMap<string> {
  const where = new Map<string, string>();
  for (const [key, child] of children) {
    const ids: string[] = [];
    child.collect(ids);
    for (const id of ids) where.set(id, key);
  }
  return LayeredMap.of(where);
}

function updatedArray(
  tree: ArrayIds,
  before: JsonArray,
  node: JsonArray,
  delta: Delta,
): IdTree | undefined {
  const lost = delta.removed.length;
  const placed: Placed[] = [];
  const gaps = gapsBetween(before, node);
  let { elements } = tree;
  let renumbered = false;
  // Documents nest a thousand deep and the stack is short: what recurs has plain loops.
  for (let i = 0; i < gaps.length; i++) {
    const gap = gaps[i] as Gap;
    const old = elements.range(gap.startB, gap.startB + gap.endA - gap.startA);
    const was = run(before, gap.startA, gap.endA);
    const gained: Placed[] = [];
    const changed = updatedRun(old, was, run(node, gap.startB, gap.endB), delta, gained);
    const spliced = elements.splice(gap.startB, old.length, changed);
    elements = spliced.sequence;
    renumbered ||= spliced.renumbered;
    place(gained, spliced.inserted, placed);
  }
  if (renumbered) return arrayIds(elements);
  return new ArrayIds(elements, tree.where.with(delta.removed.slice(lost), placed));
}

function place(gained: readonly Placed[], at: readonly Slot<unknown>[], placed: Placed[]): void {
  for (const [id, i] of gained) placed.push([id, at[i]?.order ?? 0]);
}

/** An id, and the element of a run or of an array that holds it. */
type Placed = [id: string, at: number];

/** The ids of a run of elements that took the place of another; `gained` is told the new ones. */
function updatedRun(
  trees: readonly (IdTree | undefined)[],
  before: JsonArray,
  after: JsonArray,
  delta: Delta,
  gained: Placed[],
): (IdTree | undefined)[] {
  for (let i = after.length; i < trees.length; i++) trees[i]?.collect(delta.removed);
  const changed: (IdTree | undefined)[] = [];
  for (let i = 0; i < after.length; i++) {
    const from = delta.added.length;
    changed.push(updated(trees[i], before[i] ?? null, after[i] as Json, delta));
    for (let at = from; at < delta.added.length; at++) gained.push([delta.added[at] as string, i]);
  }
  return changed;
}

/** The ids of an array of which nothing is known. */
function freshArray(node: JsonArray, delta: Delta): IdTree | undefined {
  // Most arrays hold no ids: nothing is made for them.
  let trees: (IdTree | undefined)[] | undefined;
  let where: Map<string, number> | undefined;
  for (let i = 0; i < node.length; i++) {
    const from = delta.added.length;
    const tree = fresh(node[i] as Json, delta);
    if (tree === undefined) continue;
    trees ??= new Array<IdTree | undefined>(node.length).fill(undefined);
    trees[i] = tree;
    where ??= new Map();
    for (let at = from; at < delta.added.length; at++) where.set(delta.added[at] as string, i);
  }
  // The orders of a new sequence are its positions.
  return trees && where && new ArrayIds(Sequence.of(trees), LayeredMap.of(where));
}

/** The ids of an array that had none before: only what came in can have brought some. */
function sparseArray(before: JsonArray, node: JsonArray, delta: Delta): IdTree | undefined {
  let trees: Map<number, IdTree> | undefined;
  const gaps = gapsBetween(before, node);
  for (let i = 0; i < gaps.length; i++) {
    const { startA, endA, startB, endB } = gaps[i] as Gap;
    for (let at = startB; at < endB; at++) {
      const was = startA + at - startB;
      const old = was < endA ? (before[was] as Json) : null;
      const tree = updated(undefined, old, node[at] as Json, delta);
      if (tree === undefined) continue;
      trees ??= new Map();
      trees.set(at, tree);
    }
  }
  return trees && arrayIds(Sequence.of(node.map((_, i) => trees.get(i))));
}

/** An array's ids, placed anew. */
function arrayIds(elements: Sequence<IdTree | undefined>): ArrayIds {
  const where = new Map<string, number>();
  for (const { order, value } of elements.slots()) {
    const ids: string[] = [];
    value?.collect(ids);
    for (const id of ids) where.set(id, order);
  }
  return new ArrayIds(elements, LayeredMap.of(where));
}

/** The id of an object. One that is neither a text nor a number could never be asked for. */
function ownId(node: JsonObject): string | undefined {
  const id = idOf(node);
  if (id === undefined && Object.hasOwn(node, "@id")) throw new UnusableId(node);
  return id;
}

class UnusableId extends Error {
  constructor(readonly holder: JsonObject) {
    super("unusable @id");
  }
}

/** The refusal of an id that stands twice, naming both places. */
function duplicate(root: Json, id: string): ConfigError {
  const [first = [], second = []] = placesOf(root, (node) => idOf(node) === id);
  return new ConfigError({
    path: second,
    message: `the @id "${id}" is in use at ${printPath(first) || "/"}`,
    hint: "an @id must be unique in the whole document",
  });
}

/** The refusal of an id that is not one. */
function unusable(root: Json, holder: JsonObject): ConfigError {
  const [path = []] = placesOf(root, (node) => node === holder);
  return new ConfigError({
    path: [...path, "@id"],
    message: "an @id must be a string or a number",
  });
}

/** Where nodes of some kind stand, found the slow way: it happens once, and then is mended. */
function placesOf(root: Json, isWanted: (node: Json) => boolean): Path[] {
  const places: Path[] = [];
  const visit = (node: Json | undefined, path: Path) => {
    if (!isContainer(node)) return;
    if (isWanted(node)) places.push(path);
    for (const key of Object.keys(node)) visit(childOf(node, key), [...path, key]);
  };
  visit(root, []);
  return places;
}

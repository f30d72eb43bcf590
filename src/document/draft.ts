// A document while a patch changes it. The first operation below a node copies it, and those that
// follow change the copy in place: a thousand operations on a wide object copy it once. Nobody else
// sees the copies before the patch is done, when all are frozen; the old document is never touched.

import { type Ends, remember } from "./ends.js";
import { PathError } from "./issue.js";
import {
  frozenArray,
  isArray,
  isContainer,
  isObject,
  type Json,
  type JsonArray,
  setKey,
} from "./json.js";
import { childOf, indexIn, valueAt } from "./path.js";
import type { Path } from "./steps.js";

/** A copy that the draft made, and may change. */
type Own = Json[] | Record<string, Json>;

/** What an array was copied from, and the one change since. */
interface Origin {
  readonly array: JsonArray;
  ends?: Ends;
}

/**
 * One document under change. What it owns stands in one place, and nowhere but in what it owns as
 * well: a change in one place must not show in another.
 */
export class Draft {
  #root: Json;
  readonly #own = new Set<Json>();
  /** Of the arrays it owns. Not of those with several changes: these are compared when asked. */
  readonly #origins = new Map<Json, Origin>();

  constructor(root: Json) {
    this.#root = root;
  }

  /** What stands at `path`. It must be there. */
  existing(path: Path): Json {
    const value = valueAt(this.#root, path);
    if (value === undefined) throw new PathError(path, "missing", "does not exist");
    return value;
  }

  /** Set a key, or insert into an array, where `-` is its end. The parent must be there. */
  add(path: Path, value: Json): void {
    const last = path.at(-1);
    if (last === undefined) {
      this.#root = value;
      return;
    }
    const parent = this.existing(path.slice(0, -1));
    if (isArray(parent)) {
      const index = last === "-" ? parent.length : indexIn(parent, last, path, parent.length + 1);
      this.splice(path, index, 0, value);
    } else if (!isObject(parent)) {
      throw new PathError(path, "scalar", "its parent is a value that holds no others");
    } else if (childOf(parent, last) !== value) {
      setKey(this.owned(path.slice(0, -1)) as Record<string, Json>, last, value);
    }
  }

  /** Replace what stands at `path`. It must be there. */
  replace(path: Path, value: Json): void {
    const last = path.at(-1);
    if (this.existing(path) === value) return;
    if (last === undefined) this.#root = value;
    else this.put(this.owned(path.slice(0, -1)), last, value);
  }

  /** Remove what stands at `path`, which must be there. The root becomes null. */
  remove(path: Path): void {
    const last = path.at(-1);
    this.existing(path);
    if (last === undefined) this.#root = null;
    else if (isArray(this.existing(path.slice(0, -1)))) this.splice(path, Number(last), 1);
    else delete (this.owned(path.slice(0, -1)) as Record<string, Json>)[last];
  }

  /** Own a value no longer, since it is about to stand in a second place. */
  disown(value: Json): void {
    if (!isContainer(value) || !this.#own.delete(value)) return;
    for (const child of isArray(value) ? value : Object.values(value)) this.disown(child);
    this.seal(value);
  }

  /** The new document; the draft is not to be used any more. */
  finish(): Json {
    for (const node of this.#own) this.seal(node);
    return this.#root;
  }

  /** The container at `path` as a copy of the draft's own, and so all that hold it. */
  private owned(path: Path): Own {
    let node = this.own(this.#root);
    this.#root = node;
    for (const step of path) {
      const child = childOf(node, step) as Json;
      const own = this.own(child);
      if (own !== child) this.put(node, step, own);
      node = own;
    }
    return node;
  }

  private own(node: Json): Own {
    if (this.#own.has(node)) return node as Own;
    const copy: Own = isArray(node) ? [...node] : { ...(node as Record<string, Json>) };
    this.#own.add(copy);
    if (isArray(node)) this.#origins.set(copy, { array: node });
    return copy;
  }

  private put(parent: Own, step: string, value: Json): void {
    if (!Array.isArray(parent)) {
      setKey(parent, step, value);
      return;
    }
    const index = Number(step);
    parent[index] = value;
    this.note(parent, { start: index, endA: index + 1, endB: index + 1 });
  }

  /** Remove elements of the array that holds `path`, and put values in their place. */
  private splice(path: Path, start: number, deleteCount: number, ...values: Json[]): void {
    const array = this.owned(path.slice(0, -1)) as Json[];
    array.splice(start, deleteCount, ...values);
    this.note(array, { start, endA: start + deleteCount, endB: start + values.length });
  }

  private note(array: JsonArray, ends: Ends): void {
    const origin = this.#origins.get(array);
    if (origin === undefined) return;
    if (origin.ends === undefined) origin.ends = ends;
    else this.#origins.delete(array);
  }

  private seal(node: Json): void {
    if (!Array.isArray(node)) {
      Object.freeze(node);
      return;
    }
    const origin = this.#origins.get(node);
    if (origin?.ends !== undefined) remember(origin.array, node, origin.ends);
    frozenArray(node);
  }
}

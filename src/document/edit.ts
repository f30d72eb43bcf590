// Edits. Each takes a document and returns a new one. The old one is never touched, so rollback is
// keeping a reference. Only nodes on the path are copied; every other branch is shared.

import { remember } from "./ends.js";
import { PathError } from "./issue.js";
import {
  frozenArray,
  isArray,
  isContainer,
  isObject,
  type Json,
  type JsonArray,
  type JsonObject,
  MAX_DEPTH,
  nestsWithin,
  setKey,
} from "./json.js";
import { childOf, indexIn } from "./path.js";
import type { Path } from "./steps.js";

/** POST: append to the array at `path`, or whose element `path` names; else set the key. */
export function append(root: Json, path: Path, value: Json): Json {
  if (isArray(lookUp(root, path))) return appendAll(root, path, [value]);
  const parent = path.slice(0, -1);
  // As in Caddy, the index is not read: clients write what they like there.
  if (path.length > 0 && isArray(lookUp(root, parent))) return appendAll(root, parent, [value]);
  return set(root, path, value);
}

/** POST to `path/...`: append each of the values to the array at `path`. */
export function appendAll(root: Json, path: Path, values: Json): Json {
  if (!isArray(values)) throw new PathError(path, "payload", "the payload must be an array");
  return edit(root, path, 0, (list) => {
    if (!isArray(list)) throw new PathError(path, "payload", "the destination must be an array");
    refuseTooDeep(values, path.length, path);
    return withSpliced(list, list.length, 0, values);
  });
}

/** Set what stands at `path`, be it there or not. Its parent must be there. */
export function set(root: Json, path: Path, value: Json): Json {
  const last = path.at(-1);
  if (last === undefined) return value;
  refuseTooDeep(value, path.length, path);
  return edit(root, path.slice(0, -1), 0, (parent) => {
    container(parent, path);
    return isArray(parent)
      ? withElement(parent, indexIn(parent, last, path), value)
      : withKey(parent as JsonObject, last, value);
  });
}

/** PUT: insert before an index, or create a key, and the objects on the way to it. */
export function insert(root: Json, path: Path, value: Json): Json {
  refuseTooDeep(value, path.length, path);
  return insertAt(root ?? {}, path, 0, value);
}

/** PATCH: replace what stands at `path`. It must be there: a typo is an error, not a new branch. */
export function replace(root: Json, path: Path, value: Json): Json {
  refuseTooDeep(value, path.length, path);
  return edit(root, path, 0, () => value);
}

/** DELETE: remove what stands at `path`. The root becomes null. */
export function remove(root: Json, path: Path): Json {
  const last = path.at(-1);
  if (last === undefined) return null;
  return edit(root, path.slice(0, -1), 0, (parent) => {
    container(parent, path);
    if (isArray(parent)) return withSpliced(parent, indexIn(parent, last, path), 1, []);
    if (childOf(parent, last) === undefined) throw missing(path);
    return withoutKey(parent as JsonObject, last);
  });
}

/** Rebuild the spine from the root to `path`, handing the node found there to `change`. */
export function edit(node: Json, path: Path, depth: number, change: (node: Json) => Json): Json {
  const step = path[depth];
  if (step === undefined) return change(node);
  const here = path.slice(0, depth + 1);
  container(node, here);
  if (isArray(node)) {
    const index = indexIn(node, step, here);
    return withElement(node, index, edit(node[index] as Json, path, depth + 1, change));
  }
  const child = childOf(node, step);
  if (child === undefined) throw missing(here);
  return withKey(node as JsonObject, step, edit(child, path, depth + 1, change));
}

/** Refuse a value that nests too deep for its place, `depth` steps from the root. */
export function refuseTooDeep(value: Json, depth: number, path: Path): void {
  if (!nestsWithin(value, MAX_DEPTH - depth)) {
    throw new PathError(path, "payload", `would nest deeper than ${MAX_DEPTH} levels`);
  }
}

/** A copy of an object with one key set; the object itself when it has that value already. */
function withKey(node: JsonObject, key: string, value: Json): JsonObject {
  if (childOf(node, key) === value) return node;
  const copy: Record<string, Json> = { ...node };
  setKey(copy, key, value);
  return Object.freeze(copy);
}

/** A copy of an object without one key. */
export function withoutKey(node: JsonObject, key: string): JsonObject {
  const copy: Record<string, Json> = { ...node };
  delete copy[key];
  return Object.freeze(copy);
}

/** A copy of an array with one element replaced; the array itself when it stands there already. */
export function withElement(node: JsonArray, index: number, value: Json): JsonArray {
  if (node[index] === value) return node;
  const copy = [...node];
  copy[index] = value;
  remember(node, copy, { start: index, endA: index + 1, endB: index + 1 });
  return frozenArray(copy);
}

/** A copy of an array with `values` in the place of `deleteCount` elements from `start` on. */
export function withSpliced(
  node: JsonArray,
  start: number,
  deleteCount: number,
  values: readonly Json[],
): JsonArray {
  const endA = start + deleteCount;
  // Pushing is quicker than `splice(...values)`, and the payload may be longer than the stack.
  const copy = node.slice(0, start);
  for (const value of values) copy.push(value);
  for (let i = endA; i < node.length; i++) copy.push(node[i] as Json);
  remember(node, copy, { start, endA, endB: start + values.length });
  return frozenArray(copy);
}

function insertAt(node: Json, path: Path, depth: number, value: Json): Json {
  const step = path[depth];
  const here = path.slice(0, depth + 1);
  if (step === undefined) {
    if (path.length === 0 && isObject(node) && Object.keys(node).length === 0) return value;
    throw new PathError(path, "exists", "exists already");
  }
  container(node, here);
  const last = depth === path.length - 1;
  if (isArray(node)) {
    const index = indexIn(node, step, here, last ? node.length + 1 : node.length);
    if (last) return withSpliced(node, index, 0, [value]);
    return withElement(node, index, insertAt(node[index] as Json, path, depth + 1, value));
  }
  const child = childOf(node, step);
  if (last && child === undefined) return withKey(node as JsonObject, step, value);
  return withKey(node as JsonObject, step, insertAt(child ?? {}, path, depth + 1, value));
}

/** What stands at `path`, or undefined wherever something is not there. */
function lookUp(root: Json, path: Path): Json | undefined {
  let node: Json | undefined = root;
  for (const step of path) node = childOf(node, step);
  return node;
}

function container(node: Json, path: Path): void {
  if (node === null) throw missing(path.slice(0, -1));
  if (!isContainer(node)) {
    throw new PathError(path, "scalar", "its parent is a value that holds no others");
  }
}

function missing(path: Path): PathError {
  return new PathError(path, "missing", "does not exist");
}

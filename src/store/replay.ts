// Replaying patches onto a document that nobody has seen yet. Such a document may be changed in
// place, which matters: thousands of small patches to a long array would otherwise copy it
// thousands of times. A test holds this against `applyPatch`, whose results it must have.

import {
  childOf,
  freeze,
  indexIn,
  isArray,
  isObject,
  type Json,
  type Operation,
  type Path,
  PathError,
  parsePointer,
  setKey,
} from "../document/index.js";
import { UnknownRecord } from "./error.js";
import { decodeDocument, decodePatch } from "./record.js";

/** A document in the making. */
export class Replay {
  #document: Json;

  /** Begin with the document that an intact line holds. */
  constructor(line: Buffer) {
    this.#document = decodeDocument(line);
  }

  /** Apply the revision that an intact line holds. When it throws, the document cannot be used. */
  apply(line: Buffer): void {
    for (const operation of decodePatch(line)) {
      this.#document = applied(this.#document, operation);
    }
  }

  /** The document, which is not changed any more. */
  finish(): Json {
    return freeze(this.#document);
  }
}

/** The root after one operation. A `test` held when it was written down. */
function applied(root: Json, operation: Operation): Json {
  const path = parsePointer(operation.path);
  switch (operation.op) {
    case "test":
      return root;
    case "add":
      return add(root, path, operation.value);
    case "replace":
      return replace(root, path, operation.value);
    case "remove":
      return remove(root, path);
    case "copy": {
      const value = find(root, parsePointer(operation.from));
      return add(root, path, JSON.parse(JSON.stringify(value)));
    }
    case "move": {
      if (operation.from === operation.path) return root;
      const from = parsePointer(operation.from);
      const value = find(root, from);
      return add(remove(root, from), path, value);
    }
    default:
      throw new UnknownRecord(`the operation ${JSON.stringify(operation)}`);
  }
}

function add(root: Json, path: Path, value: Json): Json {
  const last = path.at(-1);
  if (last === undefined) return value;
  const parent = find(root, path.slice(0, -1));
  if (isArray(parent)) {
    const end = parent.length + 1;
    const index = last === "-" ? parent.length : indexIn(parent, last, path, end);
    (parent as Json[]).splice(index, 0, value);
  } else put(parent, path, value);
  return root;
}

function replace(root: Json, path: Path, value: Json): Json {
  const last = path.at(-1);
  if (last === undefined) return value;
  find(root, path);
  const parent = find(root, path.slice(0, -1));
  if (isArray(parent)) (parent as Json[])[indexIn(parent, last, path)] = value;
  else put(parent, path, value);
  return root;
}

function remove(root: Json, path: Path): Json {
  const last = path.at(-1);
  if (last === undefined) return null;
  find(root, path);
  const parent = find(root, path.slice(0, -1));
  if (isArray(parent)) (parent as Json[]).splice(indexIn(parent, last, path), 1);
  else delete (parent as Record<string, Json>)[last];
  return root;
}

function put(parent: Json, path: Path, value: Json): void {
  if (!isObject(parent)) throw new PathError(path, "scalar", "its parent holds no others");
  setKey(parent as Record<string, Json>, path.at(-1) as string, value);
}

function find(root: Json, path: Path): Json {
  let node: Json | undefined = root;
  for (const step of path) node = childOf(node, step);
  if (node === undefined) throw new PathError(path, "missing", "does not exist");
  return node;
}

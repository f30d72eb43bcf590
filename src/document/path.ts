// Following paths: reading them from text, and finding what they lead to.

import { PathError } from "./issue.js";
import { isArray, isContainer, type Json, type JsonArray } from "./json.js";
import type { Path } from "./steps.js";

/**
 * Read a path as it stands in a URL: steps are percent-decoded one by one, slashes at both ends are
 * nothing. An empty key can therefore be named between two others only; a JSON Pointer names any.
 */
export function parsePath(text: string): Path {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === "/") start++;
  while (end > start && text[end - 1] === "/") end--;
  if (start === end) return [];
  return text
    .slice(start, end)
    .split("/")
    .map((step) => {
      try {
        return decodeURIComponent(step);
      } catch {
        throw new PathError([step], "index", "is not valid percent-encoding");
      }
    });
}

/** Read a JSON Pointer (RFC 6901). */
export function parsePointer(text: string): Path {
  if (text === "") return [];
  if (!isPointer(text)) throw new PathError([], "index", `"${text}" is not a JSON Pointer`);
  return text
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Whether a text is a JSON Pointer. */
export function isPointer(text: string): boolean {
  return text === "" || (text.startsWith("/") && !/~(?![01])/.test(text));
}

/** The index a step means in an array, or undefined when it is not a canonical decimal. */
export function toIndex(step: string): number | undefined {
  return /^(0|[1-9][0-9]{0,14})$/.test(step) ? Number(step) : undefined;
}

/** What a container holds at one step, or undefined. Never meets the prototype chain. */
export function childOf(node: Json | undefined, step: string): Json | undefined {
  if (!isContainer(node)) return undefined;
  if (isArray(node)) {
    const index = toIndex(step);
    return index === undefined ? undefined : node[index];
  }
  return Object.hasOwn(node, step) ? node[step] : undefined;
}

/** The index of a step in `array`, canonical and within bounds; else a `PathError` for `path`. */
export function indexIn(array: JsonArray, step: string, path: Path, end = array.length): number {
  const index = toIndex(step);
  if (index === undefined) {
    throw new PathError(path, "index", `"${step}" is not an array index`);
  }
  if (index >= end) {
    throw new PathError(
      path,
      "missing",
      `index ${index} is out of bounds: ${array.length} elements`,
    );
  }
  return index;
}

/** What stands at `path`; undefined where only an object's last key is missing, else an error. */
export function valueAt(root: Json, path: Path): Json | undefined {
  let node: Json | undefined = root;
  for (let depth = 0; depth < path.length; depth++) {
    const step = path[depth] as string;
    const here = path.slice(0, depth + 1);
    if (node === undefined || node === null)
      throw new PathError(path.slice(0, depth), "missing", "does not exist");
    if (!isContainer(node)) throw new PathError(here, "scalar", "its parent holds no other values");
    if (isArray(node)) node = node[indexIn(node, step, here)];
    else node = childOf(node, step);
  }
  return node;
}

/**
 * Where a node stands that stood at `path` in this document or in one before: there, or at another
 * index of an array on the way, since elements come and go. Undefined when it is nowhere there, and
 * for what is no container, which nobody can tell from its equals.
 */
export function findAgain(root: Json, path: Path, node: Json): Path | undefined {
  return isContainer(node) ? search(root, path, 0, node) : undefined;
}

function search(at: Json | undefined, path: Path, depth: number, node: Json): Path | undefined {
  const step = path[depth];
  if (step === undefined) return at === node ? path : undefined;
  const found = search(childOf(at, step), path, depth + 1, node);
  if (found !== undefined || at === undefined || !isArray(at)) return found;
  for (let index = 0; index < at.length; index++) {
    const elsewhere = search(at[index], path, depth + 1, node);
    if (elsewhere !== undefined) return elsewhere.with(depth, String(index));
  }
  return undefined;
}

/** Whether `path` is `ancestor` or lies below it. */
export function isWithin(path: Path, ancestor: Path): boolean {
  return ancestor.length <= path.length && ancestor.every((step, i) => path[i] === step);
}

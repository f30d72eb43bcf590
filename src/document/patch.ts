// JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7386), as edits that share what they keep.

import { Draft } from "./draft.js";
import { edit, refuseTooDeep } from "./edit.js";
import { equal } from "./equal.js";
import { PathError } from "./issue.js";
import { isArray, isObject, type Json, setKey } from "./json.js";
import type { Operation } from "./patch-types.js";
import { childOf, isPointer, isWithin, parsePointer } from "./path.js";
import type { Path } from "./steps.js";

/** How much text the copies of one patch may add (characters, roughly). */
const COPY_LIMIT = 16 * 1024 * 1024;

/** A patch that is malformed, does not apply, or whose `test` does not hold. */
export class PatchError extends Error {
  override readonly name = "PatchError";
  constructor(
    /** `test`: a test operation failed. `invalid`: not a JSON Patch. */
    readonly fault: "test" | "invalid",
    /** Which operation, from 0. */
    readonly index: number,
    message: string,
  ) {
    super(`operation ${index}: ${message}`);
  }
}

/** Apply all operations or none, relative to `at`. Throws `PatchError` or `PathError`. */
export function applyPatch(root: Json, patch: readonly Operation[], at: Path = []): Json {
  const patching: Patching = { at, mayCopy: COPY_LIMIT };
  return edit(root, at, 0, (scope) => {
    const draft = new Draft(scope);
    for (const [index, operation] of patch.entries()) {
      applyOperation(draft, operation, index, patching);
    }
    return draft.finish();
  });
}

/** What the operations of one patch have in common. */
interface Patching {
  /** The scope that the pointers are relative to. */
  readonly at: Path;
  /** How much its copies may still add: each may double the document, and there may be many. */
  mayCopy: number;
}

/** Check that a value is a JSON Patch. Throws `PatchError` that names the operation at fault. */
export function parsePatch(value: Json): readonly Operation[] {
  if (!isArray(value)) throw new PatchError("invalid", 0, "a JSON Patch is an array of operations");
  return value.map((operation, index) => {
    const refuse = (message: string) => new PatchError("invalid", index, message);
    if (!isObject(operation)) throw refuse("is not an object");
    const op = childOf(operation, "op");
    const needs = typeof op === "string" ? OPERANDS.get(op) : undefined;
    if (needs === undefined) throw refuse(`unknown op ${JSON.stringify(op)}`);
    for (const name of needs) {
      const operand = childOf(operation, name);
      if (operand === undefined) throw refuse(`"${name}" is missing`);
      if (name === "value") continue;
      if (typeof operand !== "string") throw refuse(`"${name}" must be a string`);
      if (!isPointer(operand)) throw refuse(`"${operand}" is not a JSON Pointer`);
    }
    return operation as unknown as Operation;
  });
}

const OPERANDS: ReadonlyMap<string, readonly string[]> = new Map([
  ["add", ["path", "value"]],
  ["replace", ["path", "value"]],
  ["test", ["path", "value"]],
  ["remove", ["path"]],
  ["move", ["from", "path"]],
  ["copy", ["from", "path"]],
]);

function applyOperation(draft: Draft, operation: Operation, index: number, on: Patching): void {
  const { at } = on;
  const path = parsePointer(operation.path);
  placing(at, index, () => {
    switch (operation.op) {
      case "add":
        refuseTooDeep(operation.value, at.length + path.length, path);
        return draft.add(path, operation.value);
      case "replace":
        refuseTooDeep(operation.value, at.length + path.length, path);
        return draft.replace(path, operation.value);
      case "remove":
        return draft.remove(path);
      case "test":
        if (equal(draft.existing(path), operation.value)) return;
        throw new PatchError("test", index, `${operation.path || "/"} has another value`);
      case "copy":
        return copy(draft, parsePointer(operation.from), path, index, on);
      case "move":
        return move(draft, parsePointer(operation.from), path, index, at);
    }
  });
}

/** Do what throws paths relative to `at`; let it throw whole paths, and tell the operation. */
function placing<T>(at: Path, index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    const reason = `${error.reason} (operation ${index})`;
    throw new PathError([...at, ...error.path], error.fault, reason);
  }
}

function copy(draft: Draft, from: Path, path: Path, index: number, on: Patching): void {
  const value = draft.existing(from);
  on.mayCopy -= weigh(value, on.mayCopy);
  if (on.mayCopy < 0) throw new PatchError("invalid", index, "copies grow the document too far");
  refuseTooDeep(value, on.at.length + path.length, path);
  draft.disown(value);
  draft.add(path, value);
}

function move(draft: Draft, from: Path, path: Path, index: number, at: Path): void {
  const value = draft.existing(from);
  if (isWithin(path, from)) {
    if (path.length === from.length) return;
    throw new PatchError("invalid", index, "a value cannot be moved into itself");
  }
  // What stands less deep than before need not be looked through.
  if (path.length > from.length) refuseTooDeep(value, at.length + path.length, path);
  draft.remove(from);
  draft.add(path, value);
}

/** Roughly how much text a value is (characters); counting ends when it passes `limit`. */
function weigh(value: Json, limit: number): number {
  if (typeof value === "string") return value.length + 3;
  let sum = 3;
  if (isArray(value)) {
    for (let i = 0; i < value.length && sum <= limit; i++) {
      sum += weigh(value[i] as Json, limit - sum);
    }
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      if (sum > limit) break;
      sum += key.length + 3 + weigh(value[key] as Json, limit - sum);
    }
  }
  return sum;
}

/** Merge (RFC 7386): null removes, objects merge, anything else replaces. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const before = isObject(target) ? target : {};
  const merged: Record<string, Json> = { ...before };
  let changed = before !== target;
  for (const key of Object.keys(patch)) {
    const old = childOf(before, key);
    const change = patch[key] as Json;
    const value = change === null ? undefined : mergePatch(old ?? null, change);
    if (value === old) continue;
    changed = true;
    if (value === undefined) delete merged[key];
    else setKey(merged, key, value);
  }
  return changed ? Object.freeze(merged) : target;
}

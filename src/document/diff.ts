// What changed between two documents, as a JSON Patch that turns the one into the other. Shared
// nodes are skipped by identity, so the cost is that of the difference (reconcile first).

import { type Gap, gapsBetween, run } from "./ends.js";
import { isArray, isObject, type Json, type JsonArray, type JsonObject } from "./json.js";
import type { Operation } from "./patch-types.js";
import { childOf } from "./path.js";
import { type Path, printPointer } from "./steps.js";

/** Arrays longer than this of which little was kept are replaced as a whole. */
const REPLACE_OVER = 64;

/** The operations that turn `before` into `after`. */
export function diff(before: Json, after: Json): Operation[] {
  const operations: Operation[] = [];
  compare(before, after, [], operations);
  return operations;
}

function compare(before: Json, after: Json, path: Path, out: Operation[]): void {
  if (before === after) return;
  if (isObject(before) && isObject(after)) compareObjects(before, after, path, out);
  else if (isArray(before) && isArray(after)) compareArrays(before, after, path, out);
  else out.push({ op: "replace", path: printPointer(path), value: after });
}

function compareObjects(before: JsonObject, after: JsonObject, path: Path, out: Operation[]): void {
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) out.push({ op: "remove", path: printPointer([...path, key]) });
  }
  for (const key of Object.keys(after)) {
    const value = after[key] as Json;
    const old = childOf(before, key);
    if (old === value) continue;
    const here = [...path, key];
    if (old === undefined) out.push({ op: "add", path: printPointer(here), value });
    else compare(old, value, here, out);
  }
}

/**
 * Elements that both arrays hold, in the same order, stay where they are. Between two of them, what
 * was there is compared with what is there now, one by one; the rest is removed or added.
 */
function compareArrays(before: JsonArray, after: JsonArray, path: Path, out: Operation[]): void {
  const gaps = gapsBetween(before, after);
  if (isAnotherArray(gaps, before, after)) {
    out.push({ op: "replace", path: printPointer(path), value: after });
    return;
  }
  for (const { startA, endA, startB, endB } of gaps) {
    compareGap(run(before, startA, endA), run(after, startB, endB), startB, path, out);
  }
}

/**
 * Whether most of a long array is new, or nothing of it was kept: one text of all is then shorter
 * than many small patches.
 */
function isAnotherArray(gaps: readonly Gap[], before: JsonArray, after: JsonArray): boolean {
  if (Math.max(before.length, after.length) <= REPLACE_OVER) return false;
  const kept = after.length - sum(gaps, ({ startB, endB }) => endB - startB);
  const added = sum(gaps, ({ startA, endA, startB, endB }) => endB - startB - (endA - startA));
  return kept === 0 || added > after.length / 2;
}

function sum(gaps: readonly Gap[], count: (gap: Gap) => number): number {
  return gaps.reduce((total, gap) => total + count(gap), 0);
}

/** Turn one run of elements into another, standing at index `at` of the array being patched. */
function compareGap(
  before: JsonArray,
  after: JsonArray,
  at: number,
  path: Path,
  out: Operation[],
): void {
  const pairs = Math.min(before.length, after.length);
  for (let i = 0; i < pairs; i++) {
    compare(before[i] as Json, after[i] as Json, [...path, String(at + i)], out);
  }
  const rest = printPointer([...path, String(at + pairs)]);
  for (let i = pairs; i < before.length; i++) out.push({ op: "remove", path: rest });
  for (let i = pairs; i < after.length; i++) {
    const here = printPointer([...path, String(at + i)]);
    out.push({ op: "add", path: here, value: after[i] as Json });
  }
}

/** Whether an operation touches the scope at `path`, or something that holds it. */
export function touches(operation: Operation, path: Path): boolean {
  const scope = printPointer(path);
  const overlaps = (pointer: string) =>
    pointer === scope || scope.startsWith(`${pointer}/`) || pointer.startsWith(`${scope}/`);
  return overlaps(operation.path) || ("from" in operation && overlaps(operation.from));
}

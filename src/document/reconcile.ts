// Reconcile: a new text of an old document becomes the old document where the two are equal. Every
// subtree with the content of its predecessor, also one that moved within its array, is the old
// object again, so that what was built for it can go on.

import { fingerprint } from "./canonical.js";
import { withSpliced } from "./edit.js";
import { differingRange, run } from "./ends.js";
import { equal } from "./equal.js";
import { idOf } from "./ids.js";
import { isArray, isObject, type Json, type JsonArray, type JsonObject, setKey } from "./json.js";
import { childOf } from "./path.js";

/** The content of `next`, sharing with `old` all it can; `old` itself when they are equal. */
export function reconcile(old: Json, next: Json): Json {
  if (old === next) return old;
  if (isArray(old) && isArray(next)) return reconcileArrays(old, next);
  if (isObject(old) && isObject(next)) return reconcileObjects(old, next);
  return next;
}

function reconcileObjects(old: JsonObject, next: JsonObject): JsonObject {
  const keys = Object.keys(next);
  const children = keys.map((key) => {
    const before = childOf(old, key);
    return before === undefined ? (next[key] as Json) : reconcile(before, next[key] as Json);
  });
  const isOld = (key: string, i: number) => Object.hasOwn(old, key) && old[key] === children[i];
  if (keys.length === Object.keys(old).length && keys.every(isOld)) return old;
  if (keys.every((key, i) => next[key] === children[i])) return next;
  const made: Record<string, Json> = {};
  for (const [i, key] of keys.entries()) setKey(made, key, children[i] as Json);
  return Object.freeze(made);
}

function reconcileArrays(old: JsonArray, next: JsonArray): JsonArray {
  const shared = differingRange(old, next);
  let { start, endA, endB } = shared;
  if (endA - start === 1 && endB - start === 1) return reconcileOne(old, next, start);
  while (start < endA && start < endB && equal(old[start] as Json, next[start] as Json)) start++;
  while (endA > start && endB > start && equal(old[endA - 1] as Json, next[endB - 1] as Json)) {
    endA--;
    endB--;
  }
  if (start === endA && start === endB) return old;

  const wanted = run(next, start, endB);
  const middle = matchMiddle(run(old, start, endA), wanted);
  const isNext = start === shared.start && endB === shared.endB;
  if (isNext && middle.every((element, i) => element === wanted[i])) return next;
  return withSpliced(old, start, endA - start, middle);
}

/** Arrays that differ in one element: it need not be compared before it is reconciled. */
function reconcileOne(old: JsonArray, next: JsonArray, at: number): JsonArray {
  const element = reconcile(old[at] as Json, next[at] as Json);
  if (element === old[at]) return old;
  return element === next[at] ? next : withSpliced(old, at, 1, [element]);
}

/** The elements of `next`, each sharing what it can with the old element it came from. */
function matchMiddle(old: JsonArray, next: JsonArray): JsonArray {
  if (old.length === 0) return next;
  if (old.length === 1 && next.length === 1) return [reconcile(old[0] as Json, next[0] as Json)];
  const taken = new Array<boolean>(old.length).fill(false);
  const partners = findPartners(old, next, taken);
  // What is left on both sides is taken to be the same elements, changed: parts may be shared.
  let spare = 0;
  return next.map((element, i) => {
    let partner = partners[i] as number;
    if (partner < 0) {
      while (taken[spare]) spare++;
      partner = spare++;
    }
    return partner < old.length ? reconcile(old[partner] as Json, element) : element;
  });
}

/** For each new element the old one that equals it or has its id, or -1; each is taken once. */
function findPartners(old: JsonArray, next: JsonArray, taken: boolean[]): number[] {
  const take = (at: number) => {
    taken[at] = true;
    return at;
  };
  // What stayed where it was needs no index, and is most of an array in which a few were changed.
  const partners = next.map((element, i) =>
    i < old.length && equal(old[i] as Json, element) ? take(i) : -1,
  );
  let find: Find | undefined;
  let expected = 0;
  for (const [i, element] of next.entries()) {
    if (partners[i] === -1) {
      // Runs move together: what follows the last partner is most often the next one.
      const follows = !taken[expected] && expected < old.length;
      if (follows && equal(old[expected] as Json, element)) partners[i] = take(expected);
      else {
        find ??= finder(old, taken);
        const found = find(element);
        if (found !== undefined) partners[i] = take(found);
      }
    }
    if (partners[i] !== -1) expected = (partners[i] as number) + 1;
  }
  return partners;
}

/** Finds an untaken old element that is the same as a new one: by its id, or else by content. */
type Find = (element: Json) => number | undefined;

/** So few elements are compared with one after the other: most differ in their first text. */
const FEW = 4;

function finder(old: JsonArray, taken: readonly boolean[]): Find {
  const left = [...old.keys()].filter((i) => !taken[i]);
  if (left.length <= FEW) {
    return (element) => left.find((i) => !taken[i] && isSame(old[i] as Json, element));
  }
  const index = indexByMark(old, taken);
  return (element) => firstFree(index.get(markOf(element)), taken, old, element);
}

function isSame(old: Json, element: Json): boolean {
  const id = idOf(element);
  return id === undefined ? equal(old, element) : id === idOf(old);
}

/** The untaken elements by their marks; the first one with a mark is the last in its list. */
function indexByMark(elements: JsonArray, taken: readonly boolean[]): Map<Mark, number[]> {
  const index = new Map<Mark, number[]>();
  for (let i = elements.length - 1; i >= 0; i--) {
    if (taken[i]) continue;
    const mark = markOf(elements[i] as Json);
    const list = index.get(mark);
    if (list) list.push(i);
    else index.set(mark, [i]);
  }
  return index;
}

/** The first candidate that is not taken, if it is the element: a fingerprint proves nothing. */
function firstFree(
  candidates: number[] = [],
  taken: readonly boolean[],
  old: JsonArray,
  element: Json,
): number | undefined {
  while (candidates.length > 0 && taken[candidates.at(-1) as number]) candidates.pop();
  const found = candidates.at(-1);
  if (found === undefined) return undefined;
  const isIt = idOf(element) !== undefined || equal(old[found] as Json, element);
  return isIt ? candidates.pop() : undefined;
}

/** What equal elements have in common: the id, or else a number that the content gives. */
type Mark = string | number;

function markOf(element: Json): Mark {
  return idOf(element) ?? fingerprint(element);
}

// What two versions of an array share, by identity: first at both ends, then between them.

/** Where two arrays differ: `a[start, endA)` became `b[start, endB)`. Compared by identity. */
export interface Ends {
  readonly start: number;
  readonly endA: number;
  readonly endB: number;
}

/** A run of `a` that became a run of `b`; what lies between two gaps is in both arrays. */
export interface Gap {
  readonly startA: number;
  readonly endA: number;
  readonly startB: number;
  readonly endB: number;
}

/** Arrays up to this length are compared quicker than it takes to remember how they came about. */
const SHORT = 1024;

/**
 * What a long array was made from. An edit knows which elements it changed; everybody who compares
 * the two versions afterwards would otherwise walk a hundred thousand elements to find out.
 */
const origins = new WeakMap<readonly unknown[], { readonly from: number; readonly ends: Ends }>();

/**
 * Numbers of arrays, to know one again. A reference would keep each version alive by way of the next
 * one, and even a weak one does so until the collector goes through all memory.
 */
const numbers = new WeakMap<readonly unknown[], number>();
let lastNumber = 0;

/** Note that `b` was made from `a` by changing this range, and nothing else. */
export function remember(a: readonly unknown[], b: readonly unknown[], ends: Ends): void {
  if (b.length <= SHORT) return;
  const from = numbers.get(a) ?? ++lastNumber;
  numbers.set(a, from);
  origins.set(b, { from, ends });
}

/** The range by which two arrays differ; empty in both when they hold the same things. */
export function differingRange(a: readonly unknown[], b: readonly unknown[]): Ends {
  const origin = b.length > SHORT ? origins.get(b) : undefined;
  if (origin !== undefined && origin.from === numbers.get(a)) return origin.ends;
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  return { start, endA, endB };
}

/** The runs that changed between two arrays, in order, with as much as possible left in place. */
export function gapsBetween(a: readonly unknown[], b: readonly unknown[]): Gap[] {
  const { start, endA, endB } = differingRange(a, b);
  const gaps: Gap[] = [];
  let startA = start;
  let startB = start;
  const close = (nextA: number, nextB: number) => {
    if (startA < nextA || startB < nextB) gaps.push({ startA, endA: nextA, startB, endB: nextB });
    startA = nextA + 1;
    startB = nextB + 1;
  };
  for (const [keptA, keptB] of kept(a, b, start, endA, endB)) close(keptA, keptB);
  close(endA, endB);
  return gaps;
}

/**
 * The elements of `array` from `start` up to `end`: itself when these are all. `slice` of a frozen
 * array takes V8 more than ten times as long.
 */
export function run<T>(array: readonly T[], start: number, end: number): readonly T[] {
  if (start === 0 && end === array.length) return array;
  const elements: T[] = [];
  for (let i = start; i < end; i++) elements.push(array[i] as T);
  return elements;
}

type Pair = readonly [indexA: number, indexB: number];

/** Pairs of identical elements that grow in both arrays, as many as can be. */
function kept(
  a: readonly unknown[],
  b: readonly unknown[],
  start: number,
  endA: number,
  endB: number,
): readonly Pair[] {
  if (start === endA || start === endB) return [];
  if (start === endA - 1 && start === endB - 1) return [];
  const places = new Map<unknown, number | number[]>();
  for (let i = endA - 1; i >= start; i--) {
    const known = places.get(a[i]);
    if (known === undefined) places.set(a[i], i);
    else if (typeof known === "number") places.set(a[i], [known, i]);
    else known.push(i);
  }
  const pairs: Pair[] = [];
  for (let i = start; i < endB; i++) {
    const known = places.get(b[i]);
    const from = typeof known === "object" ? known.pop() : known;
    if (typeof known === "number") places.delete(b[i]);
    if (from !== undefined) pairs.push([from, i]);
  }
  return longestGrowing(pairs);
}

/** Patience: piles by their smallest end, with links back to rebuild the run. */
function longestGrowing(pairs: readonly Pair[]): Pair[] {
  const ends: number[] = [];
  const piles: number[] = [];
  const back: number[] = [];
  for (let i = 0; i < pairs.length; i++) {
    const [a] = pairs[i] as Pair;
    const pile = pileFor(a, ends);
    back.push(pile > 0 ? (piles[pile - 1] as number) : -1);
    piles[pile] = i;
    ends[pile] = a;
  }
  const run: Pair[] = [];
  for (let i = piles.at(-1) ?? -1; i >= 0; i = back[i] as number) run.push(pairs[i] as Pair);
  return run.reverse();
}

/** The first pile whose end is not below `value`. */
function pileFor(value: number, ends: readonly number[]): number {
  let low = 0;
  let high = ends.length;
  // Most of an array is in order still, so most elements go on the last pile.
  if (high === 0 || (ends[high - 1] as number) < value) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

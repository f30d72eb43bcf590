// Functions that the library lacks: on lists and numbers, and what bounds a loop.

import type { CelFunc, CelInput, CelList, CelUint, CelValue } from "@bufbuild/cel";
import type { Library } from "./library.js";

/** Lists from elsewhere than a request are no longer than this. */
const MAX_RANGE = 10_000n;
/** Rounds that all loops of one evaluation may take together: a client brings the lists. */
const MAX_STEPS = 10_000;

/** Counts the rounds of loops. */
export class Steps {
  #left = MAX_STEPS;

  /** An evaluation begins. */
  begin(): void {
    this.#left = MAX_STEPS;
  }

  /** One round more. */
  take(): boolean {
    if (this.#left-- > 0) return true;
    throw new Error(`loops take more than ${MAX_STEPS} steps`);
  }
}

/** The functions on lists and numbers. */
export function moreFunctions(library: Library, steps: Steps): CelFunc[] {
  const { celFunc, celMethod, CelScalar } = library.cel;
  const duration = library.cel.objectType(library.times.DurationSchema);
  const timestamp = library.cel.objectType(library.times.TimestampSchema);
  return [
    celFunc("@step", [], CelScalar.BOOL, () => steps.take()),
    celFunc("timestamp", [CelScalar.INT], timestamp, (seconds) =>
      library.times.timestampFromMs(Number(seconds) * 1000),
    ),
    // All of them, and not those that are left over from the seconds.
    celMethod("getMilliseconds", duration, [], CelScalar.INT, function () {
      return BigInt(Math.trunc(library.times.durationMs(this.message)));
    }),
    ...listFunctions(library),
    ...wholeFunctions(library),
    ...doubleFunctions(library),
    ...extremes(library, "math.@max", (order) => order > 0),
    ...extremes(library, "math.@min", (order) => order < 0),
  ];
}

function listFunctions({ cel }: Library): CelFunc[] {
  const { celFunc, celMethod, isCelList, CelScalar } = cel;
  const { INT, DYN } = CelScalar;
  const LIST = cel.listType(DYN);
  const flat = (list: CelList, depth: number): CelInput[] =>
    [...list].flatMap((item) => (isCelList(item) && depth > 0 ? flat(item, depth - 1) : [item]));
  return [
    celFunc("_+_", [LIST, LIST], LIST, concatenation(cel)),
    celMethod("slice", LIST, [INT, INT], LIST, function (from, to) {
      if (from < 0n || from > to || to > this.size) throw new Error(`no slice ${from} to ${to}`);
      return [...this].slice(Number(from), Number(to));
    }),
    celMethod("flatten", LIST, [], LIST, function () {
      return flat(this, 1);
    }),
    celMethod("flatten", LIST, [INT], LIST, function (depth) {
      if (depth < 0n) throw new Error("flatten takes no negative depth");
      return flat(this, Number(depth));
    }),
    celMethod("reverse", LIST, [], LIST, function () {
      return [...this].reverse();
    }),
    celMethod("distinct", LIST, [], LIST, function () {
      return distinct([...this], (a, b) => isSame(cel, a, b));
    }),
    celMethod("sort", LIST, [], LIST, function () {
      return [...this].sort((a, b) => orderOf(cel, a, b));
    }),
    celFunc("lists.range", [INT], LIST, (size) => {
      if (size < 0n || size > MAX_RANGE) throw new Error(`a range has 0 to ${MAX_RANGE} elements`);
      return Array.from({ length: Number(size) }, (_, i) => BigInt(i));
    }),
  ];
}

/**
 * Lists as one. A loop that collects adds one element in each round; the library's own list would
 * grow as deep as that, and reading its elements one by one takes too long.
 */
function concatenation({ celList }: Library["cel"]): (a: CelList, b: CelList) => CelList {
  const elements = new WeakMap<CelList, readonly CelValue[]>();
  const elementsOf = (list: CelList) => elements.get(list) ?? [...list];
  return (a, b) => {
    const all = elementsOf(a).concat(elementsOf(b));
    const list = celList(all);
    elements.set(list, all);
    return list;
  };
}

function distinct(items: readonly CelValue[], same: (a: CelValue, b: CelValue) => boolean) {
  const kept: CelValue[] = [];
  for (const item of items) if (!kept.some((known) => same(known, item))) kept.push(item);
  return kept;
}

/** Plain values are compared as they are, and whatever has an order by that. */
function isSame(cel: Library["cel"], a: CelValue, b: CelValue): boolean {
  return a === b || (isOrdered(cel, a) && isOrdered(cel, b) && orderOf(cel, a, b) === 0);
}

function isOrdered(cel: Library["cel"], value: CelValue): boolean {
  return typeof value !== "object" || cel.isCelUint(value);
}

/** Below, equal to or above 0, as the first comes before, with or after the second. */
function orderOf(cel: Library["cel"], a: CelValue, b: CelValue): number {
  const [first, second] = [a, b].map((value) => (cel.isCelUint(value) ? value.value : value));
  const isNumber = (value: unknown) => typeof value === "number" || typeof value === "bigint";
  const alike = typeof first === typeof second || (isNumber(first) && isNumber(second));
  if (!alike || typeof first === "object" || first === undefined || second === undefined) {
    throw new Error("values that have no order");
  }
  if ((first as string) < (second as string)) return -1;
  return (first as string) > (second as string) ? 1 : 0;
}

function wholeFunctions({ cel }: Library): CelFunc[] {
  const { celFunc, celUint, CelScalar } = cel;
  const { INT, UINT } = CelScalar;
  const both = (name: string, of: (a: bigint, b: bigint) => bigint): CelFunc[] => [
    celFunc(`math.${name}`, [INT, INT], INT, of),
    celFunc(`math.${name}`, [UINT, UINT], UINT, (a, b) => celUint(of(a.value, b.value))),
  ];
  const shift = (name: string, of: (a: bigint, by: bigint) => bigint): CelFunc[] => [
    celFunc(`math.${name}`, [INT, INT], INT, (a, by) => BigInt.asIntN(64, of(a, offset(by)))),
    celFunc(`math.${name}`, [UINT, INT], UINT, (a, by) =>
      celUint(BigInt.asUintN(64, of(a.value, offset(by)))),
    ),
  ];
  return [
    ...both("bitAnd", (a, b) => a & b),
    ...both("bitOr", (a, b) => a | b),
    ...both("bitXor", (a, b) => a ^ b),
    ...shift("bitShiftLeft", (a, by) => a << by),
    ...shift("bitShiftRight", (a, by) => BigInt.asUintN(64, a) >> by),
    celFunc("math.bitNot", [INT], INT, (a) => ~a),
    celFunc("math.bitNot", [UINT], UINT, (a) => celUint(BigInt.asUintN(64, ~a.value))),
    celFunc("math.abs", [INT], INT, (a) => (a < 0n ? inRange(-a) : a)),
    celFunc("math.abs", [UINT], UINT, (a) => a),
    celFunc("math.sign", [INT], INT, (a) => (a > 0n ? 1n : a < 0n ? -1n : 0n)),
    celFunc("math.sign", [UINT], UINT, (a) => celUint(a.value > 0n ? 1n : 0n)),
  ];
}

/** More places than a number has bits are as good as that many. */
function offset(by: bigint): bigint {
  if (by < 0n) throw new Error("a shift by a negative number");
  return by > 64n ? 64n : by;
}

function inRange(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new Error("integer overflow");
  return value;
}

function doubleFunctions({ cel }: Library): CelFunc[] {
  const { celFunc, CelScalar } = cel;
  const { BOOL, DOUBLE, INT, UINT } = CelScalar;
  const same = (name: string, of: (a: number) => number) =>
    celFunc(`math.${name}`, [DOUBLE], DOUBLE, of);
  const asks = (name: string, of: (a: number) => boolean) =>
    celFunc(`math.${name}`, [DOUBLE], BOOL, of);
  return [
    same("abs", Math.abs),
    same("ceil", Math.ceil),
    same("floor", Math.floor),
    // Halves go away from zero.
    same("round", (a) => Math.sign(a) * Math.round(Math.abs(a))),
    same("sign", Math.sign),
    same("sqrt", Math.sqrt),
    same("trunc", Math.trunc),
    celFunc("math.sqrt", [INT], DOUBLE, (a) => Math.sqrt(Number(a))),
    celFunc("math.sqrt", [UINT], DOUBLE, (a) => Math.sqrt(Number(a.value))),
    asks("isFinite", Number.isFinite),
    asks("isInf", (a) => a === Infinity || a === -Infinity),
    asks("isNaN", Number.isNaN),
  ];
}

type Numeric = bigint | number | CelUint;

/** `math.greatest` and `math.least`, of which the parser makes one call or another. */
function extremes({ cel }: Library, name: string, isBetter: (order: number) => boolean): CelFunc[] {
  const { DYN } = cel.CelScalar;
  const better = (a: CelValue, b: CelValue) => (isBetter(orderOf(cel, b, a)) ? b : a) as Numeric;
  return [
    cel.celFunc(name, [cel.listType(DYN)], DYN, (list) => {
      const [first, ...rest] = list;
      if (first === undefined) throw new Error("of an empty list");
      return rest.reduce(better, first) as Numeric;
    }),
    cel.celFunc(name, [DYN], DYN, (a) => a as Numeric),
    cel.celFunc(name, [DYN, DYN], DYN, better),
  ];
}

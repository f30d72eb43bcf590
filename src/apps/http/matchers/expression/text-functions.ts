// Functions on texts that the library lacks, or has otherwise: Caddy counts characters, not the
// units of UTF-16, and takes the counts of `split` and `replace` as Go does.

import type { CelFunc } from "@bufbuild/cel";
import type { Library } from "./library.js";
import type { Regexps } from "./regexps.js";

/** The functions on texts. */
export function textFunctions({ cel }: Library, regexps: Regexps): CelFunc[] {
  const { celFunc, celMethod, listType } = cel;
  const { BOOL, INT, STRING, DOUBLE, UINT } = cel.CelScalar;
  return [
    celFunc("matches", [STRING, STRING], BOOL, (text, pattern) => regexps.test(pattern, text)),
    celMethod("matches", STRING, [STRING], BOOL, function (pattern) {
      return regexps.test(pattern, String(this));
    }),
    celMethod("charAt", STRING, [INT], STRING, function (at) {
      return charAt(String(this), at);
    }),
    celMethod("indexOf", STRING, [STRING], INT, function (part) {
      return indexOf(String(this), part, 0n);
    }),
    celMethod("indexOf", STRING, [STRING, INT], INT, function (part, from) {
      return indexOf(String(this), part, from);
    }),
    celMethod("lastIndexOf", STRING, [STRING], INT, function (part) {
      return lastIndexOf(String(this), part);
    }),
    celMethod("lastIndexOf", STRING, [STRING, INT], INT, function (part, from) {
      return lastIndexOf(String(this), part, from);
    }),
    celMethod("substring", STRING, [INT], STRING, function (from) {
      return substring(String(this), from);
    }),
    celMethod("substring", STRING, [INT, INT], STRING, function (from, to) {
      return substring(String(this), from, to);
    }),
    celMethod("replace", STRING, [STRING, STRING], STRING, function (old, by) {
      return replace(String(this), old, by, -1);
    }),
    celMethod("replace", STRING, [STRING, STRING, INT], STRING, function (old, by, count) {
      return replace(String(this), old, by, Number(count));
    }),
    celMethod("split", STRING, [STRING], listType(STRING), function (by) {
      return split(String(this), by, -1);
    }),
    celMethod("split", STRING, [STRING, INT], listType(STRING), function (by, count) {
      return split(String(this), by, Number(count));
    }),
    celMethod("reverse", STRING, [], STRING, function () {
      return [...String(this)].reverse().join("");
    }),
    celFunc("int", [STRING], INT, (text) => whole(text, /^[+-]?\d+$/, BigInt.asIntN)),
    celFunc("uint", [STRING], UINT, (text) => cel.celUint(whole(text, /^\d+$/, BigInt.asUintN))),
    celFunc("double", [STRING], DOUBLE, number),
  ];
}

function charAt(text: string, at: bigint): string {
  const characters = [...text];
  within(at, characters.length);
  return characters[Number(at)] ?? "";
}

function indexOf(text: string, part: string, from: bigint): bigint {
  const characters = [...text];
  if (from < 0n) throw new Error(`index out of range: ${from}`);
  const skipped = characters.slice(0, Number(from)).join("").length;
  const found = text.indexOf(part, skipped);
  return found < 0 ? -1n : charactersIn(text.slice(0, found));
}

/** Characters before the last place, at or before `from`, where a part stands. */
function lastIndexOf(text: string, part: string, from?: bigint): bigint {
  if (from === undefined) {
    const found = text.lastIndexOf(part);
    return found < 0 ? -1n : charactersIn(text.slice(0, found));
  }
  const characters = [...text];
  if (from < 0n) throw new Error(`index out of range: ${from}`);
  if (part !== "" && from >= characters.length) return -1n;
  const found = text.lastIndexOf(part, characters.slice(0, Number(from)).join("").length);
  return found < 0 ? -1n : charactersIn(text.slice(0, found));
}

function charactersIn(text: string): bigint {
  return BigInt([...text].length);
}

function substring(text: string, from: bigint, to?: bigint): string {
  const characters = [...text];
  if (to !== undefined && from > to) throw new Error(`substring from ${from} to ${to}`);
  within(from, characters.length);
  if (to !== undefined) within(to, characters.length);
  return characters.slice(Number(from), to === undefined ? undefined : Number(to)).join("");
}

function within(index: bigint, length: number): void {
  if (index < 0n || index > length) throw new Error(`index out of range: ${index}`);
}

/** A count below zero means all. */
function replace(text: string, old: string, by: string, count: number): string {
  if (count < 0) return text.replaceAll(old, () => by);
  let left = count;
  return text.replaceAll(old, (found) => (left-- > 0 ? by : found));
}

/** The last part holds all that the count leaves over. */
function split(text: string, by: string, count: number): string[] {
  if (count === 0) return [];
  const parts = by === "" ? [...text] : text.split(by);
  if (count < 0 || parts.length <= count) return parts;
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(by)];
}

type Fit = (bits: number, value: bigint) => bigint;

function whole(text: string, form: RegExp, fit: Fit): bigint {
  const value = form.test(text) ? BigInt(text.replace(/^\+/, "")) : undefined;
  if (value === undefined) throw new Error(`"${text}" is not a whole number`);
  if (fit(64, value) !== value) throw new Error(`"${text}" is out of range`);
  return value;
}

/** Go's forms of numbers, as far as people write them. */
const FORM = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)$/i;

function number(text: string): number {
  if (!FORM.test(text)) throw new Error(`"${text}" is not a number`);
  if (/nan/i.test(text)) return Number.NaN;
  return Number(text.replace(/inf(?:inity)?/i, "Infinity"));
}

// Patterns such as `/accounts/*/info`, by the rules of Go's `path.Match`: `*` is any run without a
// slash, `?` one character that is no slash, `[a-z]` and `[^a-z]` a character of a class, `\` takes
// the next character as it is. All ways to read a pattern are followed at once, one step for each
// character, so no pattern and no path can make it run long.
//
// A pattern may also look at the percent-encoding of a path (`escapes`): `%2f` is an escaped slash
// and only that, `%*` is any run in which escapes stay what they are. For this a text is a list of
// numbers: the code points of its characters, those that came escaped moved up by `ESCAPED`.

import { percentDecode } from "../percent.js";
import { foldCase } from "./clean.js";

/** A text to be matched. */
export type Units = readonly number[];

/** A compiled pattern: whether it matches the whole of a text. */
export type Glob = (text: Units) => boolean;

/** One step of a pattern: a character that fits, or a run of such characters. */
interface Item {
  readonly fits: (unit: number) => boolean;
  readonly repeats: boolean;
}

const ESCAPED = 0x110000;
const SLASH = codeOf("/");
const STAR = codeOf("*");
const MARK = codeOf("?");
const OPEN = codeOf("[");
const CLOSE = codeOf("]");
const NOT = codeOf("^");
const DASH = codeOf("-");
const BACKSLASH = codeOf("\\");
const PERCENT = codeOf("%");

/** Compile a pattern. Undefined when it is malformed, such as `[a`: that matches nothing. */
export function compileGlob(pattern: string, escapes: boolean): Glob | undefined {
  const source = escapes ? escapedUnits(pattern) : units(pattern);
  const items = parse(source, escapes);
  return items && ((text) => run(items, text));
}

/** A decoded text as units. */
export function units(text: string): Units {
  const found: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) as number;
    found.push(code);
    if (code > 0xffff) at++;
  }
  return found;
}

/** A percent-encoded text as units; a "%" that begins no escape is one of them. */
export function escapedUnits(text: string): Units {
  // A split by a group in parentheses keeps what matched: every second part is a run of escapes.
  const parts = text.split(/((?:%[0-9a-f]{2})+)/i);
  return parts.flatMap((part, i) =>
    i % 2 === 0
      ? units(part)
      : units(foldCase(percentDecode(part) ?? part)).map((unit) => unit + ESCAPED),
  );
}

/** Follow every reading of the pattern at once: the states are the items that may come next. */
function run(items: readonly Item[], text: Units): boolean {
  const enteredAt = new Int32Array(items.length + 1).fill(-1);
  let states: number[] = [];
  enter(items, 0, 0, states, enteredAt);
  for (let step = 1; step <= text.length; step++) {
    const next: number[] = [];
    for (const state of states) {
      const item = items[state];
      if (!item?.fits(text[step - 1] as number)) continue;
      enter(items, item.repeats ? state : state + 1, step, next, enteredAt);
    }
    if (next.length === 0) return false;
    states = next;
  }
  return enteredAt[items.length] === text.length;
}

/** Enter a state, and those behind it that can be had for nothing, since a run may be empty. */
function enter(
  items: readonly Item[],
  from: number,
  step: number,
  states: number[],
  enteredAt: Int32Array,
): void {
  for (let state = from; enteredAt[state] !== step; state++) {
    enteredAt[state] = step;
    states.push(state);
    if (!items[state]?.repeats) return;
  }
}

/** A position in a pattern that is being read. */
interface Cursor {
  readonly source: Units;
  at: number;
}

function parse(source: Units, escapes: boolean): readonly Item[] | undefined {
  const items: Item[] = [];
  const cursor: Cursor = { source, at: 0 };
  while (cursor.at < source.length) {
    const item = readItem(cursor, escapes);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function readItem(cursor: Cursor, escapes: boolean): Item | undefined {
  const unit = cursor.source[cursor.at++] as number;
  switch (unit) {
    case STAR:
      return { fits: isNoSlash, repeats: true };
    case MARK:
      return { fits: isNoSlash, repeats: false };
    case OPEN:
      return readClass(cursor);
    case BACKSLASH:
      return readLiteral(cursor.source[cursor.at++]);
    case PERCENT:
      return escapes ? readRawRun(cursor) : readLiteral(unit);
    default:
      return readLiteral(unit);
  }
}

/** A character. Written escaped, it must be so in the text; written plain, it may be either. */
function readLiteral(unit: number | undefined): Item | undefined {
  if (unit === undefined) return undefined;
  if (unit >= ESCAPED) return { fits: (found) => found === unit, repeats: false };
  return { fits: (found) => found === unit || found === unit + ESCAPED, repeats: false };
}

/** The star of `%*`; any other "%" that is left begins an escape that is none. */
function readRawRun(cursor: Cursor): Item | undefined {
  if (cursor.source[cursor.at++] !== STAR) return undefined;
  return { fits: (unit) => unit !== SLASH, repeats: true };
}

function readClass(cursor: Cursor): Item | undefined {
  const negated = cursor.source[cursor.at] === NOT;
  if (negated) cursor.at++;
  const ranges: (readonly [low: number, high: number])[] = [];
  while (ranges.length === 0 || cursor.source[cursor.at] !== CLOSE) {
    const low = readBound(cursor);
    const isRange = cursor.source[cursor.at] === DASH;
    if (isRange) cursor.at++;
    const high = isRange ? readBound(cursor) : low;
    if (low === undefined || high === undefined) return undefined;
    ranges.push([low, high]);
  }
  cursor.at++;
  const within = (code: number) => ranges.some(([low, high]) => low <= code && code <= high);
  return { fits: (unit) => within(decoded(unit)) !== negated, repeats: false };
}

/** One character within a class, or undefined where none may stand. */
function readBound(cursor: Cursor): number | undefined {
  let unit = cursor.source[cursor.at++];
  if (unit === DASH || unit === CLOSE) return undefined;
  if (unit === BACKSLASH) unit = cursor.source[cursor.at++];
  return unit === undefined ? undefined : decoded(unit);
}

function isNoSlash(unit: number): boolean {
  return decoded(unit) !== SLASH;
}

function decoded(unit: number): number {
  return unit >= ESCAPED ? unit - ESCAPED : unit;
}

function codeOf(character: string): number {
  return character.codePointAt(0) as number;
}

// From a path of the document back to the JSON5 text. The parser tells no positions, so the text is
// read once more, but only when somebody asks, and it is known to be valid by then.

import JSON5 from "json5";
import { lineAndColumn, type Path, type Place } from "../../src/document/index.js";

/** Where one value stands, and the values in it by key or index. */
interface Spot {
  readonly offset: number;
  readonly children: Map<string, Spot>;
}

/** Where the value at a path stands; for one that is not there, its nearest parent. */
export function createPlaces(text: string): (path: Path) => Place {
  let root: Spot | undefined;
  return (path) => {
    root ??= readSpots(text);
    let spot = root;
    for (const step of path) {
      const child = spot.children.get(step);
      if (child === undefined) break;
      spot = child;
    }
    return lineAndColumn(text, spot.offset);
  };
}

/** A container whose end has not come yet. */
interface Open {
  readonly spot: Spot;
  /** In an array, the index of the next element. */
  index: number | undefined;
  /** In an object, the key whose value comes next, and where it stands. */
  key: { readonly name: string; readonly offset: number } | undefined;
}

/** One pass over the tokens of a valid text. */
function readSpots(text: string): Spot {
  const document: Open = { spot: { offset: 0, children: new Map() }, index: 0, key: undefined };
  const open: Open[] = [document];
  for (const { start, end } of tokens(text)) {
    const inside = open.at(-1) as Open;
    const first = text[start] as string;
    if (first === "}" || first === "]") open.pop();
    else if (first === ":" || first === ",") continue;
    else if (inside.index === undefined && inside.key === undefined) {
      inside.key = { name: keyName(text.slice(start, end)), offset: start };
    } else {
      const spot = enter(inside, start);
      if (first === "{") open.push({ spot, index: undefined, key: undefined });
      if (first === "[") open.push({ spot, index: 0, key: undefined });
    }
  }
  return document.spot.children.get("0") ?? document.spot;
}

/** Note a value of `inside`. One that has a key is looked for at its key. */
function enter(inside: Open, start: number): Spot {
  const spot: Spot = { offset: inside.key?.offset ?? start, children: new Map() };
  if (inside.index !== undefined) inside.spot.children.set(String(inside.index++), spot);
  else if (inside.key !== undefined) inside.spot.children.set(inside.key.name, spot);
  inside.key = undefined;
  return spot;
}

/** The name that a key means, which may be quoted in two ways and hold escapes. */
function keyName(written: string): string {
  if (/^[\w$]+$/.test(written)) return written;
  return Object.keys(JSON5.parse<object>(`{${written}:0}`))[0] as string;
}

/** The tokens of a text, without white space and comments. */
function* tokens(text: string): Generator<{ readonly start: number; readonly end: number }> {
  const blank = /\s+/y;
  const word = /[^\s{}[\]:,"'/]+/y;
  let at = 0;
  const skip = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : at + 1;
  };
  while (at < text.length) {
    const first = text[at] as string;
    if (/\s/.test(first)) at = skip(blank);
    else if (first === "/") at = endOfComment(text, at);
    else {
      const start = at;
      if (first === '"' || first === "'") at = endOfString(text, at, first);
      else if ("{}[]:,".includes(first)) at++;
      else at = skip(word);
      yield { start, end: at };
    }
  }
}

function endOfComment(text: string, start: number): number {
  if (text[start + 1] === "*") return text.indexOf("*/", start + 2) + 2;
  const newline = /[\n\r\u2028\u2029]/g;
  newline.lastIndex = start;
  return newline.test(text) ? newline.lastIndex : text.length;
}

function endOfString(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) return at + 1;
  }
  return text.length;
}

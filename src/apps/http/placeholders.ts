// Placeholders: `{http.request.host}` and its like in config text. A text is compiled once, when
// its module is provisioned; filling it at a request touches only what it names.

import type { Exchange } from "./exchange.js";
import { meaningOf } from "./placeholders/names.js";
import type { Globals, Meaning, Read } from "./placeholders/read.js";

export { readerOf } from "./placeholders/names.js";
export type { Globals, Read } from "./placeholders/read.js";
export { textOf } from "./placeholders/text.js";

/** A compiled text. */
export interface Template {
  /** The text itself, when it holds nothing that a request could change. */
  readonly constant: string | undefined;
  /** The text with its placeholders filled. */
  fill(exchange: Exchange): string;
}

/** A piece of a compiled text: a literal, or a placeholder. */
interface Piece {
  readonly literal: string;
  readonly read?: Read;
  /** Where to go on when the placeholder has a value; without one, what follows spells its name. */
  next: number;
}

/** What `name` between braces means in the text that is being compiled. */
type Resolve = (name: string) => Meaning;

/** Longer names than this are no placeholders. */
const NAME_LIMIT = 1000;

/**
 * Compile a text. A placeholder that nothing knows is `"keep"`: left as it stands (headers,
 * bodies), or `"empty"`: becomes nothing (rewrites). `\{` is a literal brace.
 */
export function compileTemplate(
  text: string,
  globals: Globals,
  unknown: "keep" | "empty",
): Template {
  return compileWith(text, (name) => meaningOf(name, globals), unknown);
}

/** `compileTemplate` with meanings of one's own for some of the names. */
export function compileWith(text: string, resolve: Resolve, unknown: "keep" | "empty"): Template {
  if (!text.includes("{") && !text.includes("}")) return constantly(text);
  const pieces = new Parser(text, resolve, unknown === "keep").parse();
  const [first] = pieces;
  if (pieces.every((piece) => piece.read === undefined)) {
    return constantly(pieces.map((piece) => piece.literal).join(""));
  }
  if (pieces.length === 1 && first?.read !== undefined) {
    const { read } = first;
    return { constant: undefined, fill: (exchange) => read(exchange) ?? "" };
  }
  return { constant: undefined, fill: (exchange) => fill(pieces, exchange) };
}

/** How to read one placeholder, by its name without braces. */
export function compilePlaceholder(name: string, globals: Globals): Read {
  const meaning = meaningOf(name, globals);
  return typeof meaning === "string" ? () => meaning : (meaning ?? (() => undefined));
}

/** The value of one placeholder, by its name without braces; undefined when nothing knows it. */
export function placeholderValue(
  name: string,
  exchange: Exchange,
  globals: Globals,
): string | undefined {
  const meaning = meaningOf(name, globals);
  return typeof meaning === "function" ? meaning(exchange) : meaning;
}

function constantly(text: string): Template {
  return { constant: text, fill: () => text };
}

function fill(pieces: readonly Piece[], exchange: Exchange): string {
  let filled = "";
  for (let at = 0; at < pieces.length; ) {
    const piece = pieces[at] as Piece;
    const value = piece.read?.(exchange);
    filled += value ?? piece.literal;
    at = value === undefined ? at + 1 : piece.next;
  }
  return filled;
}

/**
 * Takes a text apart in one pass. Whether a name is known may depend on the request, and a name
 * that is unknown and kept may hold braces that matter: `{"a": "{http.request.host}"}`. So a placeholder
 * that is kept is followed by the pieces of its own spelling, and jumps over them when it has a
 * value. All placeholders open at one time end at the same brace.
 */
class Parser {
  readonly #pieces: Piece[] = [];
  /** Placeholders whose spelling is being taken apart. */
  #open: Piece[] = [];
  /** Where they end. */
  #openEnd = -1;
  /** From here on the text is not in a piece yet. */
  #from = 0;
  /** Pieces before this one are complete: something may jump to what follows them. */
  #sealed = 0;

  constructor(
    readonly text: string,
    readonly resolve: Resolve,
    readonly keep: boolean,
  ) {}

  parse(): readonly Piece[] {
    let end = 0;
    for (let at = 0; at < this.text.length; at++) {
      const char = this.text[at];
      if (char !== "{" && char !== "}") continue;
      if (at > 0 && this.text[at - 1] === "\\") {
        this.literal(at - 1, at);
      } else if (char === "{" && end >= 0) {
        if (end <= at) end = closingBrace(this.text, at);
        if (end > 0) at = this.placeholder(at, end);
      }
      if (at === this.#openEnd) this.close();
    }
    this.literal(this.text.length, this.text.length);
    return this.#pieces;
  }

  /** The placeholder between two braces. Says where to go on reading after this character. */
  private placeholder(at: number, end: number): number {
    const name = end - at <= NAME_LIMIT ? this.text.slice(at + 1, end) : undefined;
    const meaning = name === undefined ? undefined : this.resolve(name);
    if (meaning === undefined && this.keep) return at;

    this.literal(at, end + 1);
    if (typeof meaning === "string") this.append(meaning);
    if (typeof meaning !== "function") return end;

    const piece: Piece = { literal: "", read: meaning, next: this.#pieces.length + 1 };
    this.#sealed = this.#pieces.push(piece);
    if (!this.keep) return end;
    this.#from = at;
    this.#open.push(piece);
    this.#openEnd = end;
    return at;
  }

  /** The end of the open placeholders: their spelling is complete. */
  private close(): void {
    const end = this.#openEnd + 1;
    if (this.#from < end) this.literal(end, end);
    for (const piece of this.#open) piece.next = this.#pieces.length;
    this.#sealed = this.#pieces.length;
    this.#open = [];
    this.#openEnd = -1;
  }

  /** Make the text up to `end` a literal, and go on at `from`. */
  private literal(end: number, from: number): void {
    this.append(this.text.slice(this.#from, end));
    this.#from = from;
  }

  private append(literal: string): void {
    if (literal === "") return;
    const last = this.#pieces.length > this.#sealed ? this.#pieces.pop() : undefined;
    const next = this.#pieces.length + 1;
    this.#pieces.push({ literal: (last?.literal ?? "") + literal, next });
  }
}

/** The first `}` after `at` without a backslash before it; the last character always counts. */
function closingBrace(text: string, at: number): number {
  let end = text.indexOf("}", at);
  while (end > 0 && end < text.length - 1 && text[end - 1] === "\\") {
    end = text.indexOf("}", end + 1);
  }
  return end;
}

// From text to words, in one pass. White space parts words; quotes and backticks hold it in; `#` at
// a word's start begins a comment; `\` before a line's end continues it. What a backslash does to
// other characters looks odd in places, but there are files that depend on every one of them.

import { ownText, ParseError } from "../../../src/document/index.js";
import {
  BACKSLASH,
  BACKTICK,
  BYTE_ORDER_MARK,
  endOfPlain,
  HASH,
  isSpace,
  LESS,
  NEWLINE,
  QUOTE,
  RETURN,
  SPACE,
  TAB,
} from "./characters.js";
import { opensHeredoc, readHeredoc } from "./heredoc.js";
import type { Source } from "./source.js";
import { type Origin, type Quote, Token } from "./token.js";

/** Files and what their imports expand to may hold so many words, and not more. */
export const MAX_TOKENS = 4_000_000;

/**
 * The words of a text. Throws `ParseError` for a broken heredoc and for a text that is too long.
 * Whoever has to print the words again hands in `ends`, and finds the offset behind each there.
 */
export function tokenize(source: Source, ends?: number[]): Token[] {
  const lexer = new Lexer(source, ends);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== undefined; token = lexer.next()) tokens.push(token);
  return tokens;
}

/** Reads one word after the other, each when it is asked for. */
export class Lexer {
  private readonly text: string;
  private readonly origin: Origin;
  private at: number;
  /** How many words were read. */
  private count = 0;
  /** The last word that was read; undefined when what looked like one was none. */
  private token: Token | undefined;
  private row = 1;
  /** Lines that were continued; they count once their row is over. */
  private continued = 0;
  /** Whether the character before this one is a backslash that has not been dealt with. */
  private escaped = false;

  constructor(
    private readonly source: Source,
    private readonly ends?: number[],
  ) {
    this.text = source.text;
    this.origin = { source, depth: 0 };
    this.at = this.text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  }

  /** The next word; undefined at the end. Throws `ParseError`, and again when it is asked again. */
  next(): Token | undefined {
    this.token = undefined;
    while (this.token === undefined && this.toWord()) {
      if (this.count === MAX_TOKENS) this.refuse(`has more than ${MAX_TOKENS} words`);
      this.readWord();
      this.count++;
    }
    return this.token;
  }

  /** Go to where the next word begins; false at the end. A backslash on the way is kept in mind. */
  private toWord(): boolean {
    const { text } = this;
    this.escaped = false;
    for (let at = this.at; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === SPACE || code === TAB) continue;
      if (code === NEWLINE) this.endLine();
      else if (code === BACKSLASH && !this.escaped) this.escaped = true;
      else if (code === HASH) at = this.skipComment(at);
      else if (!isSpace(code)) {
        this.at = at;
        return true;
      }
    }
    return false;
  }

  /** Stop before the line's end. Nothing in a comment means anything, not even a backslash. */
  private skipComment(start: number): number {
    const end = this.text.indexOf("\n", start);
    this.escaped = false;
    return (end === -1 ? this.text.length : end) - 1;
  }

  private endLine(): void {
    if (this.escaped) {
      this.continued++;
      this.escaped = false;
    } else this.nextRow();
  }

  private nextRow(): void {
    this.row += 1 + this.continued;
    this.continued = 0;
  }

  private readWord(): void {
    const code = this.text.charCodeAt(this.at);
    if (code === QUOTE) this.readQuoted();
    else if (code === BACKTICK) this.readBackticks();
    else if (!this.escaped && opensHeredoc(this.text, this.at)) this.readHeredoc();
    else this.readBare();
  }

  /** A bare word: most often a run of plain characters, which is cut out as it is. */
  private readBare(): void {
    const { text, at: start } = this;
    const end = this.escaped ? start : endOfPlain(text, start);
    const code = text.charCodeAt(end);
    if (this.escaped || code === BACKSLASH || code === RETURN) this.readEscaped(start, end);
    else {
      this.at = end;
      this.push(text.slice(start, end), "", start, this.row);
    }
  }

  /** The rest of a bare word that has backslashes or carriage returns in it, from `at` on. */
  private readEscaped(start: number, from: number): void {
    const { text, row } = this;
    let word = text.slice(start, from);
    let at = from;
    let end = from;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH && !this.escaped) this.escaped = true;
      else if (code === RETURN) continue;
      else if (isSpace(code)) break;
      else {
        if (this.escaped && code !== LESS) word += "\\";
        this.escaped = false;
        word += text[at];
        end = at + 1;
      }
    }
    if (this.escaped && text.charCodeAt(at) === NEWLINE) {
      at++;
      this.continued++;
    }
    this.at = at;
    this.push(word, "", start, row, end);
  }

  /** A `"` word. Only `\"` is an escape in it. A quote that is never closed takes all the rest. */
  private readQuoted(): void {
    const { text, row } = this;
    const start = this.at;
    let word = "";
    let from = start + 1;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === NEWLINE) this.nextRow();
      if (this.escaped) {
        // The backslash stands before the character; before the quote that opened it was held back.
        this.escaped = false;
        if (at === start + 1 && code !== QUOTE) word = "\\";
        if (at === start + 1 || code !== QUOTE) continue;
        word += text.slice(from, at - 1);
        from = at;
      } else if (code === BACKSLASH) this.escaped = true;
      else if (code === QUOTE) {
        this.at = at + 1;
        this.push(word + text.slice(from, at), '"', start, row);
        return;
      }
    }
    this.readUnclosed(word + text.slice(from), start, row);
  }

  private readBackticks(): void {
    const { text, row } = this;
    const start = this.at;
    const end = text.indexOf("`", start + 1);
    const word = text.slice(start + 1, end === -1 ? text.length : end);
    for (let at = word.indexOf("\n"); at !== -1; at = word.indexOf("\n", at + 1)) this.nextRow();
    if (end === -1) {
      this.readUnclosed(word, start, row);
      return;
    }
    this.at = end + 1;
    this.push(word, "`", start, row);
  }

  private readUnclosed(word: string, start: number, row: number): void {
    this.at = this.text.length;
    if (word !== "") this.push(word, "", start, row);
  }

  private readHeredoc(): void {
    const { at: start, row } = this;
    const heredoc = readHeredoc(this.source, start);
    if (heredoc === undefined) {
      this.readOpening();
      return;
    }
    const written = this.text.slice(start, heredoc.end);
    this.row += written.split("\n").length - 1 + this.continued;
    this.continued = 0;
    this.at = heredoc.end;
    this.push(heredoc.text, "<", start, row);
  }

  /** A word such as `<<x` that turned out to be no heredoc: only a space ends it. */
  private readOpening(): void {
    const { text, at: start } = this;
    const space = text.indexOf(" ", start);
    this.at = space === -1 ? text.length : space;
    this.push(text.slice(start, this.at).replaceAll("\r", ""), "", start, this.row);
  }

  private push(text: string, quote: Quote, offset: number, row: number, end = this.at): void {
    this.token = new Token(ownText(text), quote, offset, row, this.row, this.origin);
    this.ends?.push(end);
  }

  private refuse(message: string): never {
    throw new ParseError(message, this.source.placeAt(this.at));
  }
}

// Tokens: the words of a Caddyfile, and where each came from. A file of ten thousand sites has a
// quarter of a million, so a token holds little: what many of them share stands in its origin.

import { ParseError, type Place } from "../../../src/document/index.js";
import type { Source } from "./source.js";

/** How a word was quoted; `<` is a heredoc, and the empty text means not at all. */
export type Quote = "" | '"' | "`" | "<";

/** What all tokens share that were read from one file, or brought by one import. */
export interface Origin {
  readonly source: Source;
  /** The snippet whose definition they stand in, when they came from one. */
  readonly snippet?: string;
  /** The `import` that brought them here, which may have been brought itself. */
  readonly broughtBy?: Token;
  /** By how many imports they were brought. */
  readonly depth: number;
}

/** A word of a Caddyfile, without its quotes. */
export class Token {
  constructor(
    readonly text: string,
    readonly quote: Quote,
    /** Where it begins in the text that was lexed. */
    readonly offset: number,
    /** The row it begins on. A row is a line, or several when `\` continues it. */
    readonly row: number,
    /** The row it ends on; a later one for quoted text of several lines. */
    readonly endRow: number,
    readonly origin: Origin,
  ) {}

  /** The file it was written in. */
  get file(): string {
    return this.origin.source.file;
  }

  /** The line it begins on, from 1. */
  get line(): number {
    return this.place.line;
  }

  /** The column it begins in, from 1. */
  get column(): number {
    return this.place.column;
  }

  /** File, line and column. Counted anew at each call. */
  get place(): Required<Place> {
    return this.origin.source.placeAt(this.offset);
  }

  /** The imports that brought it, outermost first, as `Caddyfile:12 (import logging)`. */
  get imports(): readonly string[] {
    const { broughtBy, snippet } = this.origin;
    if (broughtBy === undefined) return [];
    const { file, line } = broughtBy.place;
    const what = snippet === undefined ? "import" : `import ${snippet}`;
    return [...broughtBy.imports, `${file}:${line} (${what})`];
  }

  /** Whether it is in quotes, backticks or a heredoc, so that no character in it has a meaning. */
  get quoted(): boolean {
    return this.quote !== "";
  }

  /** As written, for syntaxes that tell a quoted word from a bare one (CEL); heredocs are bare. */
  get raw(): string {
    return this.quote === "<" ? this.text : this.quote + this.text + this.quote;
  }

  /** The same place with another text. */
  withText(text: string): Token {
    if (text === this.text) return this;
    return new Token(text, this.quote, this.offset, this.row, this.endRow, this.origin);
  }

  /** The same word, seen as brought here by an import or as part of a snippet. */
  withOrigin(origin: Origin): Token {
    return new Token(this.text, this.quote, this.offset, this.row, this.endRow, origin);
  }

  /** A whole number, as Go's `strconv.Atoi` reads it. Any other text is an error that says so. */
  toInteger(name = "number"): number {
    const value = Number(this.text);
    if (/^[+-]?\d+$/.test(this.text) && Number.isSafeInteger(value)) return value === 0 ? 0 : value;
    return this.fail(`invalid ${name} '${this.text}': it must be a whole number`);
  }

  /** A decimal number. Any other text is an error that says so. */
  toNumber(name = "number"): number {
    const value = Number(this.text);
    if (DECIMAL.test(this.text) && Number.isFinite(value)) return value;
    return this.fail(`invalid ${name} '${this.text}': it must be a number`);
  }

  /** A truth value, in the spellings that Go's `strconv.ParseBool` takes. */
  toBoolean(name = "value"): boolean {
    const value = booleanOf(this.text);
    return value ?? this.fail(`invalid ${name} '${this.text}': it must be true or false`);
  }

  /** The closest scalar: a quoted word stays a text; a bare one may be a number or a boolean. */
  toScalar(): string | number | boolean {
    if (this.quoted) return this.text;
    const value = Number(this.text);
    if (DECIMAL.test(this.text) && Number.isFinite(value)) return value === 0 ? 0 : value;
    return booleanOf(this.text) ?? this.text;
  }

  /** Refuse the Caddyfile because of this token. The hint says what to write instead. */
  fail(message: string, hint?: string): never {
    const imports = this.imports;
    const chain = imports.length > 0 ? `, import chain ['${imports.join("','")}']` : "";
    throw new ParseError(
      `${clip(message)}${chain}${hint === undefined ? "" : ` (${hint})`}`,
      this.place,
    );
  }
}

/** Messages quote tokens, and a token may be as long as the file. */
function clip(message: string): string {
  return message.length > 1000 ? `${message.slice(0, 1000)}…` : message;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Whether a token opens a block: `{`, not in quotes. */
export function opensBlock(token: Token | undefined): boolean {
  return token !== undefined && token.text === "{" && token.quote === "";
}

/** Whether a token closes a block: `}`, not in quotes. */
export function closesBlock(token: Token | undefined): boolean {
  return token !== undefined && token.text === "}" && token.quote === "";
}

/** Whether `next`, which follows `token`, stands on another line. What an import brought does. */
export function onNewLine(token: Token, next: Token): boolean {
  return token.origin !== next.origin || token.endRow < next.row;
}

function booleanOf(text: string): boolean | undefined {
  if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return true;
  if (/^(?:0|f|F|false|FALSE|False)$/.test(text)) return false;
  return undefined;
}

// Whether a text is formatted already, told without formatting it. Every Caddyfile that is adapted
// is asked, and the large ones are mostly neat; so this only looks, and makes nothing.

import {
  BACKSLASH,
  BACKTICK,
  CLOSE,
  endOfPlain,
  HASH,
  isSpace,
  LESS,
  NEWLINE,
  OPEN,
  QUOTE,
  RETURN,
  SPACE,
  TAB,
} from "../syntax/characters.js";

/** Blocks that stand deeper are not indented further. */
export const MAX_INDENT = 10;

/**
 * How much of a text formatting would not change: up to its length, when that is all. Else the text
 * before the offset is neat, a site or a comment above one begins there, and what comes is formatted
 * as it would be alone; but whether it is neat as well is not known, for the unusual is not decided.
 */
export function neatUpTo(text: string): number {
  const reader = new NeatReader(text);
  return reader.read() ? text.length : reader.site;
}

/** What the line before was; `none` before the first. */
type Line = "none" | "blank" | "opening" | "closing" | "comment" | "words";

class NeatReader {
  /** Where the last site begins that has a blank line and a site before it. */
  site = 0;
  private at = 0;
  private depth = 0;
  private last: Line = "none";
  private before: Line = "none";
  /** Where the next `{$NAME}` begins, in which spaces and quotes mean nothing. */
  private variable: number;

  constructor(private readonly text: string) {
    this.variable = this.findVariable(0);
  }

  read(): boolean {
    while (this.at < this.text.length) {
      const start = this.at;
      const first = this.depth === 0 && this.last === "blank" && this.before === "closing";
      const line = this.readLine();
      if (line === undefined) return false;
      if (first) this.site = start;
      this.before = this.last;
      this.last = line;
    }
    if (this.last === "comment" && this.text.trimEnd().length !== this.at - 1) return false;
    return this.last !== "none" && this.last !== "blank" && this.code(this.at - 1) === NEWLINE;
  }

  private code(at: number): number {
    return this.text.charCodeAt(at);
  }

  /** Read a line and its end. Undefined when it is not neat, or not plain enough to tell. */
  private readLine(): Line | undefined {
    const start = this.at;
    while (this.code(this.at) === TAB) this.at++;
    const code = this.code(this.at);
    if (code === NEWLINE) return this.at === start ? this.blankLine() : undefined;
    const alone = this.code(this.at + 1) === NEWLINE;
    if (code === CLOSE && alone) this.depth--;
    if (this.at - start !== Math.min(this.depth, MAX_INDENT)) return undefined;
    if (code === CLOSE && alone) return this.brace("closing", this.mayClose());
    if (code === OPEN && alone) return this.brace("opening", this.mayOpen());
    return this.readWords();
  }

  private blankLine(): Line | undefined {
    this.at++;
    return this.last === "words" || this.last === "closing" || this.last === "comment"
      ? "blank"
      : undefined;
  }

  private brace(line: "opening" | "closing", allowed: boolean): Line | undefined {
    if (!allowed) return undefined;
    if (line === "opening") this.depth++;
    this.at += 2;
    return line;
  }

  private mayClose(): boolean {
    return this.last !== "none" && this.last !== "blank";
  }

  private mayOpen(): boolean {
    return this.last === "none" || this.last === "comment" || this.last === "opening";
  }

  private readWords(): Line | undefined {
    for (let first = true; ; first = false) {
      const code = this.code(this.at);
      if (code === HASH) return this.readComment();
      if (code === OPEN && this.code(this.at + 1) === NEWLINE) return this.brace("opening", !first);
      const end = this.endOfWord(code);
      if (end === undefined || !this.holdsVariables(this.at, end)) return undefined;
      if (first && this.depth === 0 && this.code(end - 1) === OPEN) return undefined;
      this.at = end + 1;
      if (this.code(end) === NEWLINE) return "words";
      if (this.code(end) !== SPACE || isSpace(this.code(this.at))) return undefined;
    }
  }

  private readComment(): Line | undefined {
    const end = this.text.indexOf("\n", this.at);
    if (end === -1 || !this.holdsVariables(this.at, end)) return undefined;
    if (this.code(end - 1) === RETURN) return undefined;
    this.at = end + 1;
    return "comment";
  }

  /** The offset behind a word; undefined for a brace where none belongs, and for a heredoc. */
  private endOfWord(code: number): number | undefined {
    const { text, at } = this;
    if (code === QUOTE) return this.endOfQuoted();
    if (code === BACKTICK) return text.indexOf("`", at + 1) + 1 || undefined;
    if (code === LESS || code === 0xfeff) return undefined;
    const end = endOfPlain(text, at);
    const brace = end === at + 1 && (code === OPEN || code === CLOSE);
    return brace || end === at ? undefined : end;
  }

  private endOfQuoted(): number | undefined {
    for (let at = this.at + 1; at < this.text.length; at++) {
      const code = this.code(at);
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) return at + 1;
    }
    return undefined;
  }

  /** Whether each `{$NAME}` that begins between two offsets ends there as well. */
  private holdsVariables(start: number, end: number): boolean {
    while (this.variable >= start && this.variable < end) {
      const close = this.text.indexOf("}", this.variable + 2);
      if (close >= end) return false;
      this.variable = this.findVariable(close === -1 ? this.text.length : close + 1);
    }
    return true;
  }

  private findVariable(from: number): number {
    const at = this.text.indexOf("{$", from);
    return at === -1 ? this.text.length : at;
  }
}

// The tokens still to be parsed. Imports put tokens in front of them while the parser goes on, so
// these are kept as a stack: what an import brings costs what it brings, wherever it stands. Below
// the stack is the text, of which no word is read before it is needed.

import type { Lexer } from "./lexer.js";
import { onNewLine, type Token } from "./token.js";

/** A cursor that only goes forward, over tokens that imports are replaced in. */
export class TokenStream {
  /** The token the cursor is on; undefined before the first. At the end it stays on the last. */
  current: Token | undefined;
  /** The token before it. */
  private previous: Token | undefined;
  /** What comes next, last first, and before what the lexer has. */
  private readonly pending: Token[] = [];

  constructor(private readonly lexer: Pick<Lexer, "next">) {}

  /** Go to the next token; false at the end. */
  advance(): boolean {
    const next = this.pending.pop() ?? this.lexer.next();
    if (next === undefined) return false;
    this.previous = this.current;
    this.current = next;
    return true;
  }

  /** The token that comes next. */
  peek(): Token | undefined {
    const known = this.pending.at(-1);
    if (known !== undefined) return known;
    const next = this.lexer.next();
    if (next !== undefined) this.pending.push(next);
    return next;
  }

  /** Go to the next token if it stands on the same line. */
  advanceOnLine(): boolean {
    const next = this.peek();
    if (next === undefined || this.current === undefined) return false;
    return !onNewLine(this.current, next) && this.advance();
  }

  /** Whether the current token is the first of its line. */
  get startsLine(): boolean {
    const { previous, current } = this;
    return previous === undefined || current === undefined || onNewLine(previous, current);
  }

  /** Whether the current token is the last of its line. */
  get endsLine(): boolean {
    const next = this.peek();
    return next === undefined || this.current === undefined || onNewLine(this.current, next);
  }

  /** Step back before the current token, so that it comes again. */
  back(): void {
    if (this.current !== undefined) this.pending.push(this.current);
    this.current = this.previous;
  }

  /** Where the cursor was before its current token, to return to with `replace`. */
  get before(): Token | undefined {
    return this.previous;
  }

  /** Put `tokens` in the place of everything since `before`: they come next. */
  replace(before: Token | undefined, tokens: readonly Token[]): void {
    for (let at = tokens.length - 1; at >= 0; at--) this.pending.push(tokens[at] as Token);
    this.current = before;
  }
}

// The cursor a directive gets. It stands on one directive: its name, the arguments on its line, and
// the block that may open at the line's end, of which each line is a dispenser again. A directive
// takes what it knows in the order of its syntax, and everything it does not take is an error.

import { closesBlock, onNewLine, opensBlock, type Token } from "./token.js";

/** Blocks in blocks deeper than this are refused. */
export const MAX_NESTING = 200;

/** One directive or sub-directive, and how much of it was taken. */
export class Dispenser {
  /** The first token: the directive's name. */
  readonly name: Token;
  /** Index of the next argument. */
  private next: number;
  /** Where the arguments begin that count: behind the matcher, if one was taken. */
  private counted: number;
  /** Where the arguments end: at the `{`, or at `end`. */
  private readonly lineEnd: number;
  private blockTaken: boolean;

  /** Dispense the line at `start` and its block. `tokens` from there to `end` are nothing else. */
  constructor(
    protected readonly tokens: readonly Token[],
    protected readonly start = 0,
    protected readonly end = tokens.length,
    /** How many blocks, and other lines, it stands in. */
    readonly depth = 0,
  ) {
    const name = tokens[start];
    if (name === undefined) throw new RangeError("a dispenser needs at least a directive's name");
    this.name = name;
    this.next = start + 1;
    this.counted = this.next;
    this.lineEnd = endOfArguments(tokens, start, end);
    this.blockTaken = this.lineEnd === end;
  }

  /** The directive's name as text. */
  get directive(): string {
    return this.name.text;
  }

  /** Whether a block opens at the end of the line, even an empty one. */
  get hasBlock(): boolean {
    return this.lineEnd < this.end;
  }

  /** How many arguments are left on the line. */
  get count(): number {
    return this.lineEnd - this.next;
  }

  /** All tokens of the directive, taken or not: its name, arguments, braces and block. */
  get segment(): readonly Token[] {
    return this.tokens.slice(this.start, this.end);
  }

  /** How many tokens that is. */
  get length(): number {
    return this.end - this.start;
  }

  /** The next argument, without taking it. */
  peek(): Token | undefined {
    return this.next < this.lineEnd ? this.tokens[this.next] : undefined;
  }

  /** Take the next argument on the line, if there is one. A block's `{` is not an argument. */
  argument(): Token | undefined {
    const token = this.peek();
    if (token !== undefined) this.next++;
    return token;
  }

  /** Take the next argument; that there is none is an error. `what` says what it would be. */
  expectArgument(what?: string): Token {
    return this.argument() ?? this.wrongCount(what === undefined ? undefined : `expected ${what}`);
  }

  /** Take all arguments that are left on the line. */
  remaining(): readonly Token[] {
    const rest = this.tokens.slice(this.next, this.lineEnd);
    this.next = this.lineEnd;
    return rest;
  }

  /** As `remaining`, as texts. */
  remainingTexts(): readonly string[] {
    return this.remaining().map((token) => token.text);
  }

  /** As `remaining`, but at least one. */
  expectRemaining(what?: string): readonly Token[] {
    const first = this.expectArgument(what);
    return [first, ...this.remaining()];
  }

  /** Take the next argument as one that does not count. Errors do not name it. */
  protected skip(): void {
    this.next++;
    this.counted = this.next;
  }

  /** Give back the last argument that was taken. */
  back(): void {
    if (this.next > this.start + 1) this.next--;
  }

  /** Take the block: one dispenser for each of its lines. Empty when there is no block. */
  block(): readonly this[] {
    this.blockTaken = true;
    if (!this.hasBlock) return [];
    const lines: this[] = [];
    const depth = this.deeper(this.brace);
    eachLine(this.tokens, this.lineEnd + 1, this.end - 1, (start, end) =>
      lines.push(this.at(start, end, depth)),
    );
    return lines;
  }

  /** Take all that is left as a line of its own, of which the next argument is the name. */
  expectLine(what?: string): this {
    const first = this.expectArgument(what);
    const start = this.next - 1;
    this.next = this.lineEnd;
    this.blockTaken = true;
    return this.at(start, this.end, this.deeper(first));
  }

  /** Another line of the same tokens. A subclass makes its own kind. */
  protected at(start: number, end: number, depth: number): this {
    return new Dispenser(this.tokens, start, end, depth) as this;
  }

  /** Refuse arguments that were not taken. A block may still follow. */
  expectEndOfLine(): void {
    if (this.count > 0) this.wrongCount(`unexpected argument '${this.peek()?.text}'`);
  }

  /** Refuse what was not taken: arguments, or a block. To be said when all is read. */
  expectEnd(): void {
    this.expectEndOfLine();
    if (!this.blockTaken) {
      this.failAt(this.brace, `'${this.directive}' takes no block: unexpected token '{'`);
    }
  }

  /** Refuse this directive for the number of its arguments, in the words people search for. */
  wrongCount(hint?: string): never {
    const taken = this.next > this.counted ? this.tokens[this.next - 1] : undefined;
    const last = this.peek() ?? taken ?? this.name;
    return last.fail(
      `wrong argument count or unexpected line ending after '${last.text}'`,
      hint ?? undefined,
    );
  }

  /** Refuse this line as a sub-directive that its directive does not have. */
  unrecognized(kind = "subdirective"): never {
    return this.name.fail(`unrecognized ${kind} ${this.directive}`);
  }

  /** Refuse the Caddyfile; the error points at the argument taken last, or at the name. */
  fail(message: string, hint?: string): never {
    return this.failAt(this.tokens[this.next - 1] ?? this.name, message, hint);
  }

  /** Refuse the Caddyfile; the error points at `token`. */
  failAt(token: Token, message: string, hint?: string): never {
    return token.fail(message, hint);
  }

  /** The depth of what stands in this line or its block. */
  private deeper(token: Token): number {
    if (this.depth === MAX_NESTING) token.fail(`blocks nest deeper than ${MAX_NESTING} levels`);
    return this.depth + 1;
  }

  private get brace(): Token {
    return this.tokens[this.lineEnd] ?? this.name;
  }
}

/** Read tokens, of which each line is a directive, as one dispenser for each. */
export function dispense(tokens: readonly Token[], depth = 0): readonly Dispenser[] {
  const lines: Dispenser[] = [];
  eachLine(tokens, 0, tokens.length, (start, end) =>
    lines.push(new Dispenser(tokens, start, end, depth)),
  );
  return lines;
}

/** Call `found` with the bounds of each line between `start` and `end`. */
function eachLine(
  tokens: readonly Token[],
  start: number,
  end: number,
  found: (start: number, end: number) => void,
): void {
  for (let at = start; at < end; ) {
    const next = endOfLine(tokens, at, end);
    found(at, next);
    at = next;
  }
}

/** Where the directive at `start` ends: with its line, or with the block that opens there. */
function endOfLine(tokens: readonly Token[], start: number, end: number): number {
  const brace = endOfArguments(tokens, start, end);
  if (!opensBlock(tokens[brace]) || brace === end) return brace;
  return endOfBlock(tokens, brace, end);
}

/** The index behind the `}` that belongs to the `{` at `brace`. */
function endOfBlock(tokens: readonly Token[], brace: number, end: number): number {
  let nesting = 0;
  for (let at = brace; at < end; at++) {
    const token = tokens[at] as Token;
    if (opensBlock(token)) nesting++;
    else if (closesBlock(token) && --nesting === 0) return expectAlone(tokens, at, end);
  }
  return (tokens[brace] as Token).fail("unexpected EOF: the block that opens here is not closed");
}

/** A `}` has its line for itself: what stands before or behind it there belongs to nothing. */
function expectAlone(tokens: readonly Token[], at: number, end: number): number {
  const [before, brace, next] = [tokens[at - 1], tokens[at] as Token, tokens[at + 1]];
  if (before !== undefined && !opensBlock(before) && !onNewLine(before, brace)) {
    brace.fail("unexpected token '}'", "put it on a line of its own");
  }
  if (at + 1 < end && next !== undefined && !onNewLine(brace, next)) {
    next.fail(`unexpected token '${next.text}' after '}'`, "begin a new line after the brace");
  }
  return at + 1;
}

/** Where the arguments of the line at `start` end: at a `{`, or at the first token of a new line. */
function endOfArguments(tokens: readonly Token[], start: number, end: number): number {
  let at = start;
  for (; at < end; at++) {
    const token = tokens[at] as Token;
    if (at > start && onNewLine(tokens[at - 1] as Token, token)) break;
    if (closesBlock(token)) token.fail("unexpected token '}'", "put it on a line of its own");
    if (opensBlock(token)) return at === start ? refuseBrace(token) : at;
  }
  return at;
}

function refuseBrace(brace: Token): never {
  return brace.fail(
    "anonymous blocks are not supported: unexpected token '{'",
    "put the '{' at the end of the directive's line",
  );
}

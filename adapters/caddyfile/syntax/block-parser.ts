// From tokens to blocks and segments. Imports are replaced on the way, so that whoever reads the
// result meets none. A block may go without braces when it is the only one.

import type { Segment, ServerBlock } from "./blocks.js";
import { MAX_NESTING } from "./dispenser.js";
import { failUnclosed, readBlock, readImport } from "./import-statement.js";
import type { Importer } from "./imports.js";
import type { TokenStream } from "./stream.js";
import { closesBlock, opensBlock, type Token } from "./token.js";
import type { Warnings } from "./warnings.js";

/** A block as it is found, before it is known what it is for. */
export interface FoundBlock extends ServerBlock {
  readonly namedRoute: boolean;
  /** Where it begins when it has no keys: its `{`. */
  readonly first: Token;
}

/** Reads one block after the other. */
export class BlockParser {
  constructor(
    private readonly stream: TokenStream,
    private readonly importer: Importer,
    private readonly warnings: Warnings,
  ) {}

  /** The next block, past snippets, which the importer keeps, and empty ones; undefined at the end. */
  next(): FoundBlock | undefined {
    while (this.stream.advance()) {
      const block = this.readOne();
      if (block !== undefined && block.keys.length + block.segments.length > 0) return block;
    }
    return undefined;
  }

  private get token(): Token {
    return this.stream.current as Token;
  }

  /** The block that begins at the cursor; undefined for a snippet. */
  private readOne(): FoundBlock | undefined {
    const { keys, ended } = this.readKeys();
    const first = this.token;
    if (ended) return { keys, segments: [], hasBraces: false, namedRoute: false, first };

    const only = keys.length === 1 ? (keys[0] as Token) : undefined;
    if (only?.text.startsWith("&(") && only.text.endsWith(")")) {
      const name = only.withText(only.text.slice(2, -1));
      const segments = [[name, ...this.readDefinition(keys)]];
      return { keys: [name], segments, hasBraces: true, namedRoute: true, first };
    }
    if (only?.text.startsWith("(") && only.text.endsWith(")")) {
      this.importer.define(only.text.slice(1, -1), only, this.readDefinition(keys).slice(1, -1));
      return undefined;
    }
    const hasBraces = opensBlock(first);
    if (!hasBraces) this.stream.back();
    const segments = this.readDirectives(hasBraces ? first : undefined);
    return { keys, segments, hasBraces, namedRoute: false, first };
  }

  /** Site addresses, up to the `{` or the line's end; a comma at the end goes on to the next. */
  private readKeys(): { readonly keys: readonly Token[]; readonly ended: boolean } {
    const keys: Token[] = [];
    let another = false;
    for (;;) {
      const { token } = this;
      if (token.text === "import" && this.stream.startsLine) {
        this.import(true);
        if (this.stream.advance()) continue;
        if (another) failMissingAddress(token);
        return { keys, ended: true };
      }
      if (opensBlock(token)) {
        if (another) failMissingAddress(token);
        return { keys, ended: false };
      }
      checkAddress(token);
      if (token.text !== "") another = token.text.endsWith(",");
      const key = token.withText(another ? token.text.replace(/,$/, "") : token.text);
      if (key.text !== "") keys.push(key);

      const more = this.stream.advance();
      if (!more && another) token.fail("unexpected EOF: expected another address after the comma");
      if (!more || (!another && this.stream.startsLine)) return { keys, ended: !more };
    }
  }

  /** The block of a snippet or a named route, kept as it is, with its braces. */
  private readDefinition(keys: readonly Token[]): readonly Token[] {
    if (opensBlock(this.token)) return readBlock(this.stream);
    const snippets = keys.every(({ text }) => text.startsWith("(") && text.endsWith(")"));
    if (this.token.text === "import" && snippets) {
      this.token.fail(
        "global options block must appear before import directives; " +
          "move the global options block to the top of the Caddyfile",
      );
    }
    return this.token.fail(`syntax error: unexpected token '${this.token.text}', expecting '{'`);
  }

  /** The directives up to the `}`, or to the text's end when there was no `{`. */
  private readDirectives(opening: Token | undefined): readonly Segment[] {
    const segments: Segment[] = [];
    while (this.stream.advance()) {
      if (closesBlock(this.token)) return segments;
      if (this.token.text === "import") this.import(false);
      else segments.push(this.readSegment());
    }
    if (opening !== undefined) this.endWithoutBrace(opening);
    return segments;
  }

  /** A file whose very last `}` is missing is taken as if it stood there, when a `}` is last. */
  private endWithoutBrace(opening: Token): void {
    const last = this.stream.current;
    if (!closesBlock(last)) failUnclosed(opening, last);
    this.warnings.add(opening, undefined, "the block that opens here is never closed");
  }

  /** A directive, to the end of its line or of the block that opens there. */
  private readSegment(): Segment {
    const segment = [this.token];
    const braces: Token[] = [];
    while (this.stream.advance()) {
      const { token } = this;
      if (opensBlock(token)) braces.push(this.expectBlock(token, braces.length));
      else if (token.text === "{}" && !token.quoted && this.stream.endsLine) {
        token.fail("Unexpected '{}' at end of line", "put a new line between the braces");
      } else if (this.stream.startsLine && braces.length === 0) {
        this.stream.back();
        return segment;
      } else if (closesBlock(token)) this.endBlock(token, braces.pop());
      else if (token.text === "import" && this.stream.startsLine) {
        this.import(false);
        continue;
      }
      segment.push(token);
    }
    const open = braces.at(-1);
    return open === undefined ? segment : failUnclosed(open, this.stream.current);
  }

  private expectBlock(brace: Token, nesting: number): Token {
    if (nesting >= MAX_NESTING) brace.fail(`blocks nest deeper than ${MAX_NESTING} levels`);
    if (!this.stream.endsLine) brace.fail("Unexpected next token after '{' on same line");
    if (this.stream.startsLine) {
      brace.fail(
        "Unexpected '{' on a new line; did you mean to place the '{' on the previous line?",
      );
    }
    return brace;
  }

  private endBlock(token: Token, opening: Token | undefined): void {
    const hint = "put it on a line of its own";
    if (opening === undefined) {
      token.fail("Unexpected '}' because no matching opening brace", hint);
    }
    if (!this.stream.startsLine) token.fail("unexpected token '}'", hint);
  }

  private import(topLevel: boolean): void {
    const { before } = this.stream;
    const statement = readImport(this.stream, topLevel);
    this.stream.replace(before, this.importer.expand(statement));
  }
}

function checkAddress(token: Token): void {
  const { text } = token;
  if (text.startsWith("@")) {
    token.fail(
      "request matchers may not be defined globally, they must be in a site block; " +
        `found ${text}`,
    );
  }
  if (text.endsWith("{") && !token.quoted) {
    token.fail(
      `Site addresses cannot end with a curly brace: '${text}' - ` +
        "put a space between the token and the brace",
    );
  }
  if (closesBlock(token)) token.fail("Unexpected '}' because no matching opening brace");
  const comma = text.indexOf(",");
  if (comma !== -1 && comma < text.length - 1) {
    token.fail(
      `Site addresses cannot contain a comma ',': '${text}' - ` +
        "put a space after the comma to separate site addresses",
    );
  }
}

function failMissingAddress(token: Token): never {
  const { text } = token;
  return token.fail(`Expected another address but had '${text}' - check for extra comma`);
}

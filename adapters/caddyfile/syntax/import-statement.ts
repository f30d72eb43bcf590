// Reading `import <what> [<arguments>] [{ … }]` from the stream, wherever a line may begin with it.

import { MAX_NESTING } from "./dispenser.js";
import type { ImportStatement } from "./snippets.js";
import type { TokenStream } from "./stream.js";
import { closesBlock, opensBlock, type Token } from "./token.js";

/** Take an import statement, of which the current token is the first. */
export function readImport(stream: TokenStream, topLevel: boolean): ImportStatement {
  const token = stream.current as Token;
  const words = wordsOnLine(stream);
  const [target, ...args] = words;
  if (target === undefined) {
    if (opensBlock(stream.peek())) token.fail("unexpected token '{', expecting argument");
    return token.fail("wrong argument count or unexpected line ending after 'import'");
  }
  return { token, target, args, block: blockAtLineEnd(stream), topLevel };
}

function wordsOnLine(stream: TokenStream): readonly string[] {
  const words: string[] = [];
  while (!opensBlock(stream.peek()) && stream.advanceOnLine()) {
    const word = stream.current as Token;
    if (closesBlock(word)) word.fail("unexpected token '}'", "put it on a line of its own");
    words.push(word.text);
  }
  return words;
}

/** The tokens of the block that opens at the end of the line, without its braces. */
function blockAtLineEnd(stream: TokenStream): readonly Token[] {
  if (!opensBlock(stream.peek()) || !stream.advanceOnLine()) return [];
  return readBlock(stream).slice(1, -1);
}

/** The tokens from the `{` that the stream is on up to the `}` that belongs to it, with both. */
export function readBlock(stream: TokenStream): readonly Token[] {
  const opening = stream.current as Token;
  const tokens = [opening];
  for (let nesting = 1; nesting > 0; ) {
    if (!stream.advance()) failUnclosed(opening, stream.current);
    const token = stream.current as Token;
    if (opensBlock(token)) nesting++;
    else if (closesBlock(token)) nesting--;
    if (nesting > MAX_NESTING) token.fail(`blocks nest deeper than ${MAX_NESTING} levels`);
    tokens.push(token);
  }
  return tokens;
}

/** Refuse a block without its `}`. A quote that was never closed may well have eaten it. */
export function failUnclosed(opening: Token, last: Token | undefined): never {
  if (last?.quote === "" && last.endRow > last.row) {
    last.fail("unexpected EOF: a quote that opens here is never closed");
  }
  return opening.fail(
    "syntax error: unexpected EOF, expecting '}'",
    "the block that opens here is never closed",
  );
}

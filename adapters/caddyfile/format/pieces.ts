// A Caddyfile as it is written, in pieces that can be put together again with other white space:
// words with their quotes, braces, comments, and the backslashes that continue lines.

import { BACKSLASH, HASH, isSpace, NEWLINE, RETURN } from "../syntax/characters.js";
import { spansOf } from "../syntax/env.js";
import { tokenize } from "../syntax/lexer.js";
import { Source } from "../syntax/source.js";
import { closesBlock, opensBlock } from "../syntax/token.js";

/** What a piece is; a `continuation` is a backslash and the line's end. */
export type PieceKind = "word" | "open" | "close" | "comment" | "continuation";

/** A piece of the text, and how it is parted from the one before. */
export interface Piece {
  readonly kind: PieceKind;
  /** As it is written. */
  readonly raw: string;
  /** Ends of lines before it that are not continued. */
  readonly newlines: number;
  /** Whether there is white space before it. */
  readonly spaced: boolean;
}

/** What stands for a character of `{$…}`: nothing that means anything to the lexer. */
const MASK = "\u0001";

/** A variable in a heredoc's marker, or beside what means something else if the variable is empty. */
const DEPENDS_ON_VARIABLE = /(?:^|\s)<<[^ \n]*\u0001|[<\\]\r*\u0001|\u0001\r*(?:["`#\ufeff\\]|<<)/;
/** What means something to the lexer when it is the beginning of a variable's default. */
const MEANS_SOMETHING = /["`#\ufeff\\]|<</;

/**
 * The pieces of a text. Undefined when it cannot be taken apart: when a quote is never closed, or
 * when the environment decides where quoted text begins or ends.
 */
export function piecesOf(text: string): Piece[] | undefined {
  const masked = maskVariables(text);
  if (masked === undefined || DEPENDS_ON_VARIABLE.test(masked)) return undefined;

  const ends: number[] = [];
  const tokens = tokenize(new Source("", masked), ends);
  const pieces: Piece[] = [];
  let from = 0;
  let bare = false;
  for (const [index, token] of tokens.entries()) {
    const gap = readGap(text, masked, from, token.offset, bare, pieces);
    from = ends[index] as number;
    const written = text.slice(token.offset, from);
    if (gap === undefined || (!token.quoted && /^["`]/.test(written))) return undefined;

    const kind = opensBlock(token) ? "open" : closesBlock(token) ? "close" : "word";
    pieces.push({ kind, ...gap, raw: gap.escaped ? `\\${written}` : written });
    bare = !token.quoted;
  }
  return readGap(text, masked, from, text.length, bare, pieces) === undefined ? undefined : pieces;
}

/**
 * A text in which nothing in `{$NAME:…}`, which is replaced before words are told apart, counts.
 * Undefined when a default brings more than words.
 */
function maskVariables(text: string): string | undefined {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of spansOf(text)) {
    if (MEANS_SOMETHING.test(text.slice(start, end))) return undefined;
    parts.push(text.slice(from, start), MASK.repeat(end - start));
    from = end;
  }
  return parts.join("") + text.slice(from);
}

/** What stands between the last piece of a gap, or the gap's beginning, and the word after it. */
interface Gap {
  newlines: number;
  spaced: boolean;
  /** Whether a backslash in the gap belongs to the word. */
  escaped: boolean;
}

/** Read what stands between two words: white space, and pieces that are no words. */
function readGap(
  text: string,
  masked: string,
  from: number,
  to: number,
  afterBare: boolean,
  pieces: Piece[],
): Gap | undefined {
  let gap: Gap = { newlines: 0, spaced: false, escaped: false };
  let at = from;
  if (afterBare) while (masked.charCodeAt(at) === RETURN) at++;
  if (afterBare && masked.charCodeAt(at) === BACKSLASH) {
    // One that sticks to a bare word does nothing unless the line ends behind it.
    at++;
    while (masked.charCodeAt(at) === RETURN) at++;
    gap.escaped = masked.charCodeAt(at) === NEWLINE;
  }
  for (; at < to; at++) {
    const code = masked.charCodeAt(at);
    if (code === HASH) {
      const end = masked.indexOf("\n", at);
      const raw = text.slice(at, end === -1 ? to : end).replace(/\r+$/, "");
      pieces.push({ kind: "comment", raw, newlines: gap.newlines, spaced: gap.spaced });
      gap = { newlines: 0, spaced: false, escaped: false };
      at = (end === -1 ? to : end) - 1;
    } else if (code === NEWLINE && gap.escaped) {
      const { newlines, spaced } = gap;
      pieces.push({ kind: "continuation", raw: "\\\n", newlines, spaced });
      gap = { newlines: 0, spaced: false, escaped: false };
    } else if (code === BACKSLASH) gap.escaped = true;
    else if (!isSpace(code) && code !== 0xfeff) return undefined;
    else {
      gap.spaced = true;
      if (code === NEWLINE) gap.newlines++;
    }
  }
  return gap;
}

// `graft fmt`: a Caddyfile in its usual form. Blocks are indented with tabs, braces end lines, one
// blank line parts what was parted. Words, comments and quoted text stay exactly as they are, and
// so does what they mean. The form is Caddy's own, so that a file is formatted for both or neither.

import { MAX_INDENT } from "./neat.js";
import { type Piece, type PieceKind, piecesOf } from "./pieces.js";

/** Longer words are not looked at for a brace that should stand alone. */
const MAX_ADDRESS = 300;

/**
 * A text in its usual form; formatting that again changes nothing. A text with a quote that is
 * never closed is returned as it is. Throws `ParseError` for a broken heredoc.
 */
export function format(text: string): string {
  const pieces = piecesOf(text);
  if (pieces === undefined) return text;
  const printer = new Printer();
  for (const [index, piece] of pieces.entries()) printer.print(piece, pieces[index + 1]);
  return byteOrderMark(text, pieces) + printer.end();
}

/** One at the text's beginning means nothing; one in its first word must not come to stand there. */
function byteOrderMark(text: string, [first]: readonly Piece[]): string {
  return text.startsWith("\ufeff") || first?.raw.startsWith("\ufeff") ? "\ufeff" : "";
}

class Printer {
  private readonly parts: string[] = [];
  private depth = 0;
  private last: PieceKind | "start" = "start";
  private lastRaw = "";
  /** The first word of the line. */
  private lineBegin = "";

  print(piece: Piece, next: Piece | undefined): void {
    if (piece.kind === "open") this.open(this.beforeOpen(piece));
    else if (piece.kind === "close") this.close();
    else {
      const separator = this.beforeWord(piece);
      const first = this.last === "start" || separator.includes("\n");
      this.separate(separator);
      if (first) this.lineBegin = piece.raw;
      if (first && this.depth === 0 && endsInForgottenSpace(piece, next)) this.split(piece);
      else this.write(piece.kind, piece.raw);
    }
  }

  /** The whole text. */
  end(): string {
    if (this.last === "comment") this.parts.push((this.parts.pop() as string).trimEnd());
    if (this.last !== "continuation") this.separate("\n");
    return this.parts.join("");
  }

  private open(separator: string): void {
    this.separate(separator);
    this.write("open", "{");
    this.depth++;
  }

  private close(): void {
    if (this.depth > 0) this.depth--;
    this.separate(this.last === "start" ? "" : `\n${this.indent}`);
    this.write("close", "}");
  }

  private split({ kind, raw }: Piece): void {
    this.write(kind, raw.slice(0, -1));
    this.open(" ");
  }

  private write(kind: PieceKind, raw: string): void {
    this.parts.push(raw);
    this.last = kind;
    this.lastRaw = raw;
  }

  /** A word such as `<<x`, that is no heredoc, is none only while a space stands behind it. */
  private separate(separator: string): void {
    const opening = this.last === "word" && this.lastRaw.startsWith("<<");
    const closed = /\n/.test(this.lastRaw);
    this.parts.push(opening && !closed && separator[0] !== " " ? ` ${separator}` : separator);
  }

  private beforeWord({ kind, newlines, spaced }: Piece): string {
    const lines = (most: number) => "\n".repeat(Math.min(newlines, most)) + this.indent;
    switch (this.last) {
      case "start":
        return "";
      case "open":
        return `\n${this.indent}`;
      case "close":
        if (newlines > 0) return lines(2);
        if (this.depth === 0) return "\n\n";
        return kind === "comment" ? this.indent : `\n${this.indent}`;
      case "comment":
        return lines(3);
      default:
        return newlines > 0 ? lines(2) : spaced ? " " : "";
    }
  }

  /** A brace on a line of its own joins the line before, unless that is an import of its own. */
  private beforeOpen({ newlines }: Piece): string {
    switch (this.last) {
      case "start":
        return "";
      case "word":
      case "continuation":
        return newlines > 0 && this.depth === 0 && this.lineBegin === "import" ? "\n" : " ";
      case "close":
        return this.depth === 0 ? "\n\n" : `\n${this.indent}`;
      default:
        return `\n${this.indent}`;
    }
  }

  private get indent(): string {
    return "\t".repeat(Math.min(this.depth, MAX_INDENT));
  }
}

/** Whether a line is a word and a brace that nobody put a space before, which no site is called. */
function endsInForgottenSpace({ kind, raw }: Piece, next: Piece | undefined): boolean {
  if (kind !== "word" || !raw.endsWith("{") || raw.length > MAX_ADDRESS) return false;
  const word = raw.slice(0, -1).replace(/\{\$[^}]+\}/g, "$");
  if (!/^[^{}@"`\\<\s][^{}\\\s]*$/.test(word)) return false;
  return next === undefined || next.newlines > 0 || /comment|close/.test(next.kind);
}

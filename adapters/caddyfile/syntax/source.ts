// A text that is read, and the way back from a token to what a person wrote: the file, the line and
// the column. Tokens remember an offset only; lines are counted when somebody asks, which is at an
// error, so that a good Caddyfile pays nothing for it.

import type { Place } from "../../../src/document/index.js";

/** A part of the written text that was replaced before lexing; offsets count UTF-16 units. */
export interface Replacement {
  /** Where it begins in the text that is lexed. */
  readonly at: number;
  /** How long it is there. */
  readonly length: number;
  /** Where what it replaced begins in the written text, and how long that is. */
  readonly writtenAt: number;
  readonly writtenLength: number;
}

/** One file's text, as written and as lexed. */
export class Source {
  private lineStarts: readonly number[] | undefined;

  constructor(
    readonly file: string,
    /** What the file holds. */
    readonly written: string,
    /** What is lexed: the same, with `{$NAME}` replaced. */
    readonly text: string = written,
    private readonly replacements: readonly Replacement[] = [],
  ) {}

  /** File, line and column of an offset into the lexed text. */
  placeAt(offset: number): Required<Place> {
    const at = this.writtenOffset(offset);
    this.lineStarts ??= startsOfLines(this.written);
    const line = lastAtMost(this.lineStarts.length, (i) => (this.lineStarts?.[i] ?? 0) <= at);
    return { file: this.file, line: line + 1, column: at - (this.lineStarts[line] ?? 0) + 1 };
  }

  /** What comes out of a replacement counts as standing where that began. */
  private writtenOffset(offset: number): number {
    const { replacements } = this;
    const index = lastAtMost(replacements.length, (i) => (replacements[i]?.at ?? 0) <= offset);
    const last = replacements[index];
    if (last === undefined || last.at > offset) return offset;
    const beyond = offset - (last.at + last.length);
    return beyond < 0 ? last.writtenAt : last.writtenAt + last.writtenLength + beyond;
  }
}

function startsOfLines(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The last index for which `holds`, which holds for all before it as well; 0 when for none. */
function lastAtMost(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

// The text of an expression. Placeholders in it are calls in disguise, as in Caddy: `{a.b}` stands
// for `ph(req, "a.b")`. That moves what follows, so a source can tell where anything was written.

/** An expression as CEL, and the way back to what was written. */
export interface Source {
  readonly text: string;
  /** Line and column of what stands at an offset of `text`, `1:5`. */
  placeOf(offset: number): string;
}

/** The function that a placeholder stands for, and its first argument. */
export const PLACEHOLDER_FUNCTION = "ph";
export const REQUEST = "req";

/** A placeholder, or one behind a backslash, which is text. */
const PLACEHOLDER = /(\\?)\{([a-zA-Z][\w.-]+)\}/g;

/** A place where the texts part: what follows `to` in one follows `from` in the other. */
interface Shift {
  readonly from: number;
  readonly to: number;
}

/** Write placeholders as what they stand for. */
export function expand(written: string): Source {
  const shifts: Shift[] = [{ from: 0, to: 0 }];
  let text = "";
  let end = 0;
  for (const match of written.matchAll(PLACEHOLDER)) {
    const [whole, escaped, name = ""] = match;
    text += written.slice(end, match.index);
    shifts.push({ from: match.index, to: text.length });
    text += escaped ? `{${name}}` : `${PLACEHOLDER_FUNCTION}(${REQUEST}, "${name}")`;
    end = match.index + whole.length;
    shifts.push({ from: end, to: text.length });
  }
  text += written.slice(end);
  return { text, placeOf: (offset) => printPlace(written, originOf(offset, shifts)) };
}

/** Within what a placeholder became, everything is where the placeholder begins. */
function originOf(offset: number, shifts: readonly Shift[]): number {
  const last = shifts.findLastIndex(({ to }) => to <= offset);
  const { from, to } = shifts[last] ?? { from: 0, to: 0 };
  const isWithin = last % 2 === 1;
  return isWithin ? from : from + offset - to;
}

function printPlace(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

// Patterns of file names, as Go's `filepath.Match` has them: `*` and `?` do not go beyond a slash.

/** Whether a pattern describes a whole path. One that is malformed describes none. */
export function matchesGlob(pattern: string, path: string): boolean {
  const parts = compile(pattern);
  return parts !== undefined && matches(parts, [...path]);
}

/** Any number of characters, or one of them that passes a test. */
type Part = "*" | ((character: string) => boolean);

const PART = /\*|\?|\\(.)|\[(\^?)((?:\\.|[^\]\\])+)\]|([^[\\])/suy;

function compile(pattern: string): readonly Part[] | undefined {
  const parts: Part[] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < pattern.length) {
    const found = PART.exec(pattern);
    const part = found === null ? undefined : partOf(found);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts;
}

function partOf([whole, escaped, not, list, plain]: RegExpExecArray): Part | undefined {
  if (whole === "*") return "*";
  if (whole === "?") return (character) => character !== "/";
  if (list === undefined) return (character) => character === (escaped ?? plain);
  const ranges = rangesOf(list);
  if (ranges === undefined) return undefined;
  return (character) =>
    ranges.some(([from, to]) => from <= character && character <= to) === (not === "");
}

const RANGE = /(?:\\(.)|([^\\-]))(?:-(?:\\(.)|([^\\-])))?/suy;

function rangesOf(list: string): readonly (readonly [string, string])[] | undefined {
  const ranges: [string, string][] = [];
  RANGE.lastIndex = 0;
  while (RANGE.lastIndex < list.length) {
    const found = RANGE.exec(list);
    if (found === null) return undefined;
    const from = found[1] ?? found[2] ?? "";
    ranges.push([from, found[3] ?? found[4] ?? from]);
  }
  return ranges;
}

/** Tries the last `*` longer and longer, so that the time is bounded by the product of lengths. */
function matches(parts: readonly Part[], characters: readonly string[]): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let next = 0;
  while (next < characters.length) {
    const part = parts[at];
    const character = characters[next] ?? "";
    if (part === "*") {
      star = at++;
      resume = next;
    } else if (part?.(character)) {
      at++;
      next++;
    } else if (star !== -1 && characters[resume] !== "/") {
      next = ++resume;
      at = star + 1;
    } else return false;
  }
  return parts.slice(at).every((part) => part === "*");
}

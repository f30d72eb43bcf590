// File patterns as Go's `filepath.Match` has them: `*` and `?` stop at a slash, `[a-z]` and `[^a-z]`
// are classes, `\` takes the next character as it is. Matching never backtracks further than the
// last star, so that no pattern and no path can make it slow.

type OneChar = (char: string) => boolean;
type Step = OneChar | "star";

/** Says whether a whole text fits a pattern. */
export type Glob = (text: string) => boolean;

/** Compile a pattern; undefined when it is malformed. */
export function compileGlob(pattern: string): Glob | undefined {
  const steps = parse(Array.from(pattern));
  return steps && ((text) => fits(steps, Array.from(text)));
}

function parse(chars: readonly string[]): readonly Step[] | undefined {
  const steps: Step[] = [];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] as string;
    if (char === "*") steps.push("star");
    else if (char === "?") steps.push((found) => found !== "/");
    else if (char === "[") {
      const klass = parseClass(chars, at + 1);
      if (klass === undefined) return undefined;
      steps.push(klass.test);
      at = klass.end;
    } else {
      const literal = char === "\\" ? chars[++at] : char;
      if (literal === undefined) return undefined;
      steps.push((found) => found === literal);
    }
  }
  return steps;
}

/** A class, from after its `[`; `end` is where its `]` stands. */
function parseClass(chars: readonly string[], from: number) {
  const negated = chars[from] === "^";
  const ranges: (readonly [low: string, high: string])[] = [];
  let at = negated ? from + 1 : from;

  while (at < chars.length && (chars[at] !== "]" || ranges.length === 0)) {
    const low = classChar(chars, at);
    if (low === undefined) return undefined;
    at = low.next;
    const high = chars[at] === "-" ? classChar(chars, at + 1) : low;
    if (high === undefined) return undefined;
    at = high.next;
    ranges.push([low.char, high.char]);
  }
  if (at >= chars.length) return undefined;
  const test: OneChar = (found) =>
    found !== "/" && ranges.some(([low, high]) => inRange(found, low, high)) !== negated;
  return { test, end: at };
}

function classChar(chars: readonly string[], at: number) {
  const first = chars[at];
  if (first === "-" || first === "]") return undefined;
  const char = first === "\\" ? chars[at + 1] : first;
  return char === undefined ? undefined : { char, next: first === "\\" ? at + 2 : at + 1 };
}

/** By code point: UTF-16 order is another one. */
function inRange(char: string, low: string, high: string): boolean {
  const code = char.codePointAt(0) as number;
  return code >= (low.codePointAt(0) as number) && code <= (high.codePointAt(0) as number);
}

/**
 * On a mismatch the last star takes one character more. Earlier stars need no second try: what
 * follows them was found at its first place already, and no star reaches over a slash.
 */
function fits(steps: readonly Step[], text: readonly string[]): boolean {
  let step = 0;
  let at = 0;
  let afterStar = -1;
  let starEnd = 0;

  while (at < text.length || step < steps.length) {
    const now = steps[step];
    if (now === "star") {
      afterStar = ++step;
      starEnd = at;
    } else if (now !== undefined && at < text.length && now(text[at] as string)) {
      step++;
      at++;
    } else {
      if (afterStar < 0 || starEnd >= text.length || text[starEnd] === "/") return false;
      at = ++starEnd;
      step = afterStar;
    }
  }
  return true;
}

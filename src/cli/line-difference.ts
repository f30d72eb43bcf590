// What formatting changed, line by line. It moves white space and nothing else, so two lines that are
// the same without theirs belong together; looking a little ahead finds every other such pair.

/** How far to look for lines that belong together, when two do not. */
const AHEAD = 40;

/** Both texts in one: each line with `- ` when it is gone, `+ ` when it is new, else two spaces. */
export function lineDifference(before: string, after: string): string {
  const marked = new MarkedLines();
  const [a, b] = [before, after].map((text) => text.replaceAll("\r\n", "\n").split("\n")) as [
    string[],
    string[],
  ];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [gone, come] = stepsToPair(a, i, b, j);
    for (const line of a.slice(i, i + gone)) marked.remove(line);
    for (const line of b.slice(j, j + come)) marked.add(line);
    i += gone;
    j += come;
    if (i < a.length && j < b.length) marked.pair(a[i++] as string, b[j++] as string);
  }
  return marked.end();
}

/** How many lines of each stand before the next two that belong together. */
function stepsToPair(
  a: readonly string[],
  i: number,
  b: readonly string[],
  j: number,
): readonly [number, number] {
  for (let steps = 0; steps <= AHEAD; steps++) {
    for (let gone = 0; gone <= steps; gone++) {
      const one = a[i + gone];
      const other = b[j + steps - gone];
      if (one !== undefined && other !== undefined && one.trim() === other.trim()) {
        return [gone, steps - gone];
      }
    }
  }
  return [Math.min(AHEAD, a.length - i), Math.min(AHEAD, b.length - j)];
}

/** Lines with their marks; of those that changed together, the old ones come first. */
class MarkedLines {
  readonly #lines: string[] = [];
  #removed: string[] = [];
  #added: string[] = [];

  remove(line: string): void {
    this.#removed.push(`- ${line}\n`);
  }

  add(line: string): void {
    this.#added.push(`+ ${line}\n`);
  }

  pair(before: string, after: string): void {
    if (before === after) {
      this.flush();
      this.#lines.push(`  ${after}\n`);
    } else {
      this.remove(before);
      this.add(after);
    }
  }

  end(): string {
    this.flush();
    return this.#lines.join("");
  }

  private flush(): void {
    // One by one: all lines of a file may have changed, more than fit on the stack.
    for (const line of this.#removed.splice(0)) this.#lines.push(line);
    for (const line of this.#added.splice(0)) this.#lines.push(line);
  }
}

// The arguments of an import, put where the imported text asks for them: `{args[0]}` in a word,
// `{args[1:]}` as words of their own, and `{args.0}` as it was written once.

/** What is called with a sentence when a placeholder cannot be replaced, and stays as it is. */
export type Complain = (message: string) => void;

/** The arguments that a whole word such as `{args[1:]}` stands for; undefined for other words. */
export function variadicArguments(
  word: string,
  args: readonly string[],
  complain: Complain,
): readonly string[] | undefined {
  if (!word.startsWith("{args[") || !word.endsWith("]}")) return undefined;
  const range = word.slice("{args[".length, -"]}".length);
  const colon = range.indexOf(":");
  if (colon === -1) return undefined;

  const [from, to] = [range.slice(0, colon), range.slice(colon + 1)];
  if (from.includes("}") || to.includes("{")) return undefined; // several placeholders in one word

  const start = from === "" ? 0 : toIndex(from);
  const end = to === "" ? args.length : toIndex(to);
  if (start === undefined || end === undefined) {
    complain(`Variadic placeholder ${word} has an invalid index`);
  } else if (start < 0 || start > end || end > args.length) {
    complain(`Variadic placeholder ${word} indices are out of bounds, ${existing(args)}`);
  } else return args.slice(start, end);
  return undefined;
}

/**
 * A word with the arguments in the places that ask for them. As whenever placeholders are replaced,
 * a backslash before a brace says that none begins or ends there, and is taken away.
 */
export function replaceArguments(
  word: string,
  args: readonly string[],
  complain: Complain,
): string {
  if (!word.includes("{") && !word.includes("}")) return word;
  let out = "";
  let written = 0;
  let end = -1;
  for (let at = 0; at < word.length; at++) {
    const character = word[at];
    if (character !== "{" && character !== "}") continue;
    if (word[at - 1] === "\\") {
      out += word.slice(written, at - 1);
      written = at;
    } else if (character === "{") {
      if (end < at) end = endOfPlaceholder(word, at);
      const value =
        end < word.length ? valueFor(word.slice(at + 1, end), args, complain) : undefined;
      if (value === undefined) continue;
      out += word.slice(written, at) + value;
      written = end + 1;
      at = end;
    }
  }
  return out + word.slice(written);
}

/** The next `}` without a backslash, or the last character; the word's length when there is none. */
function endOfPlaceholder(word: string, start: number): number {
  let end = word.indexOf("}", start);
  while (end !== -1 && end < word.length - 1 && word[end - 1] === "\\") {
    end = word.indexOf("}", end + 1);
  }
  return end === -1 ? word.length : end;
}

function valueFor(key: string, args: readonly string[], complain: Complain): string | undefined {
  if (!key.startsWith("args")) return undefined;
  const dotted = key[4] === "." && key.length > 5;
  const bracketed = key[4] === "[" && key.endsWith("]") && key.length > 6;
  if (!dotted && !bracketed) return undefined;

  const written = dotted ? key.slice(5) : key.slice(5, -1);
  const index = toIndex(written);
  if (bracketed && written.includes(":")) {
    complain(`Variadic placeholder {${key}} must be a token on its own`);
  } else if (index === undefined || index < 0) {
    complain(`Placeholder {${key}} has an invalid index`);
  } else if (index >= args.length) {
    complain(`Placeholder {${key}} index is out of bounds, ${existing(args)}`);
  } else {
    if (dotted) complain(`Placeholder {${key}} deprecated, use {args[${written}]} instead`);
    return args[index];
  }
  return undefined;
}

function toIndex(text: string): number | undefined {
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function existing(args: readonly string[]): string {
  return `only ${args.length} argument(s) exist`;
}

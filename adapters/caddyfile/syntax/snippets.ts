// Snippets: `(name) { … }` keeps its tokens for imports to come, which may give it arguments and a
// block of its own. What stands where `{block}` stood keeps the place it was written at.

import { append } from "../append.js";
import { dispense } from "./dispenser.js";
import { replaceArguments, variadicArguments } from "./import-arguments.js";
import { closesBlock, type Origin, onNewLine, opensBlock, type Token } from "./token.js";

/** What an import statement says. */
export interface ImportStatement {
  /** The word `import`. */
  readonly token: Token;
  /** What is imported: a snippet's name, a file, or a pattern of files. */
  readonly target: string;
  readonly args: readonly string[];
  /** The tokens in the block that follows, without its braces. */
  readonly block: readonly Token[];
  /** Whether it stands outside of sites, so that what it brings may define snippets. */
  readonly topLevel: boolean;
}

/** The tokens of a snippet's definition, which remember whose they are. */
export function tagSnippet(tokens: readonly Token[], snippet: string): readonly Token[] {
  const originFor = onceFor((origin) => ({ ...origin, snippet }));
  return tokens.map((token) => token.withOrigin(originFor(token.origin)));
}

/**
 * What an import puts in its place: the imported tokens with its arguments and its block. A snippet
 * that is defined in them is left alone, for it has imports and arguments of its own.
 */
export function expandImport(
  statement: ImportStatement,
  imported: readonly Token[],
  warn: (token: Token, message: string) => void,
): readonly Token[] {
  const { token: by, args, block, topLevel } = statement;
  const blocks = blocksByName(block);
  const inDefinition = topLevel ? definitionFinder() : undefined;
  const depth = by.origin.depth + 1;
  const originFor = onceFor((origin) => ({ ...origin, broughtBy: by, depth }));
  const expanded: Token[] = [];
  for (const token of imported) {
    const brought = token.withOrigin(originFor(token.origin));
    const { text } = token;
    if (inDefinition?.(token)) expanded.push(brought);
    else if (text === "{block}") append(expanded, block);
    else if (text.startsWith("{blocks.") && text.endsWith("}")) {
      append(expanded, blocks.get(text.slice("{blocks.".length, -1)) ?? []);
    } else append(expanded, withArguments(brought, args, warn));
  }
  return expanded;
}

/** The words that a word becomes when the arguments take their places in it. */
function withArguments(
  token: Token,
  args: readonly string[],
  warn: (token: Token, message: string) => void,
): readonly Token[] {
  const { text } = token;
  if (!text.includes("{") && !text.includes("}")) return [token];
  const complain = (message: string) => warn(token, message);
  const several = variadicArguments(text, args, complain);
  if (several !== undefined) return several.map((one) => token.withText(one));
  return [token.withText(replaceArguments(text, args, complain))];
}

/** The parts of an import's block that `{blocks.name}` stands for: a line's arguments and block. */
function blocksByName(tokens: readonly Token[]): ReadonlyMap<string, readonly Token[]> {
  const blocks = new Map<string, readonly Token[]>();
  for (const line of dispense(tokens)) {
    const inside = line.hasBlock ? line.segment.slice(line.count + 2, -1) : [];
    blocks.set(line.directive, [...line.remaining(), ...inside]);
  }
  return blocks;
}

/** Tells of each token in turn whether it stands in a snippet's definition: `(name) {` … `}`. */
function definitionFinder(): (token: Token) => boolean {
  let previous: Token | undefined;
  let column = 0;
  let named = false;
  let nesting = 0;
  let inside = false;
  return (token) => {
    if (!inside && nesting === 0) {
      column = previous === undefined || onNewLine(previous, token) ? 0 : column + 1;
      if (column === 0) named = isSnippetName(token.text);
    }
    previous = token;
    if (opensBlock(token)) {
      nesting++;
      if (nesting === 1 && column === 1 && named) inside = true;
    } else if (closesBlock(token) && --nesting === 0) inside = false;
    return inside;
  };
}

/** Whether a word can name a snippet's definition. */
export function isSnippetName(text: string): boolean {
  return text.length >= 3 && text.startsWith("(") && text.endsWith(")");
}

/** Make the same of the same origin, which many tokens share; most often it is the last one's. */
function onceFor(make: (origin: Origin) => Origin): (origin: Origin) => Origin {
  const made = new Map<Origin, Origin>();
  let last: Origin | undefined;
  let result: Origin | undefined;
  return (origin) => {
    if (origin === last && result !== undefined) return result;
    last = origin;
    result = made.get(origin) ?? make(origin);
    made.set(origin, result);
    return result;
  };
}

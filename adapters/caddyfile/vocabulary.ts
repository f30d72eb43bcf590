// All words one adapter knows, found by their names. The standard ones and those of third parties.

import type {
  Directive,
  GlobalOption,
  Matcher,
  ModuleSyntax,
  Position,
  Vocabulary,
} from "./line.js";

/** Words to add to others. */
export interface Words {
  readonly directives?: readonly Directive[];
  readonly options?: readonly GlobalOption[];
  readonly matchers?: readonly Matcher[];
  readonly modules?: readonly ModuleSyntax[];
}

/**
 * Put words together. `order` are the directives that have a place; one that is added names its
 * neighbour among them. Throws `RangeError` for a name that is taken, or a neighbour there is not.
 */
export function vocabularyOf(order: readonly string[], words: readonly Words[]): Vocabulary {
  const directives = words.flatMap((some) => some.directives ?? []);
  return {
    directives: byName("directive", directives),
    options: byName(
      "global option",
      words.flatMap(({ options }) => options ?? []),
    ),
    matchers: byName(
      "matcher",
      words.flatMap(({ matchers }) => matchers ?? []),
    ),
    modules: new Map(
      byName("module", words.flatMap(({ modules }) => modules ?? []).map(named)).entries(),
    ),
    order: directives.reduce(insert, order),
  };
}

/** Put a name into an order, beside one that is there. */
export function insertBeside(
  order: readonly string[],
  name: string,
  position: Position,
): readonly string[] {
  const neighbour = "before" in position ? position.before : position.after;
  const at = order.indexOf(neighbour);
  if (at === -1) throw new RangeError(`directive '${neighbour}' has no place in the order`);
  const index = "before" in position ? at : at + 1;
  return [...order.slice(0, index), name, ...order.slice(index)];
}

function insert(order: readonly string[], { name, position }: Directive): readonly string[] {
  return position === undefined ? order : insertBeside(order, name, position);
}

function named(module: ModuleSyntax): ModuleSyntax & { readonly name: string } {
  return { ...module, name: module.id };
}

function byName<Word extends { readonly name: string }>(
  kind: string,
  words: readonly Word[],
): ReadonlyMap<string, Word> {
  const map = new Map<string, Word>();
  for (const word of words) {
    if (map.has(word.name)) throw new RangeError(`${kind} '${word.name}' is registered twice`);
    map.set(word.name, word);
  }
  return map;
}

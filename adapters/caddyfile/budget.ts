// How large a document may become. Some parts of a Caddyfile are used in several places: a matcher by
// each line that names it, a site by each server it is on. A short text could fill all memory so.

import type { Token } from "./syntax/token.js";

/** So many words may a document be made of, each counted as often as it is used. */
export const MAX_WORDS = 10_000_000;

/** Counts the words of one run. */
export class Budget {
  private readonly weights = new WeakMap<object, number>();
  private count = 0;

  /** How many words were counted so far. */
  get spent(): number {
    return this.count;
  }

  /** Count words. Refuses the Caddyfile, at `token`, when they are too many. */
  spend(words: number, token: Token): void {
    this.count += words;
    if (this.count > MAX_WORDS) {
      token.fail(`what is used more than once expands to more than ${MAX_WORDS} words`);
    }
  }

  /** Note how many words an object was made of. Returns the object. */
  weigh<T extends object>(made: T, words: number): T {
    this.weights.set(made, words);
    return made;
  }

  /** Count the words of an object once more. */
  use(made: object, token: Token): void {
    this.spend(this.weights.get(made) ?? 0, token);
  }
}

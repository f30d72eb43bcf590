// The patterns of `matches`. They are RE2's, in linear time, whoever wrote them: a pattern may come
// out of a request, so a few are remembered and not all.

import { LRUCache } from "lru-cache";
import { RE2JS } from "re2js";

/** More than a config has; those of requests push each other out. */
const REMEMBERED = 200;

/** Compiled patterns. */
export class Regexps {
  readonly #compiled = new LRUCache<string, RE2JS>({ max: REMEMBERED });

  /** Whether a pattern is found in a text. Throws when it is none. */
  test(pattern: string, text: string): boolean {
    return this.compile(pattern).test(text);
  }

  /** A pattern, compiled. Throws when it is none. */
  compile(pattern: string): RE2JS {
    const known = this.#compiled.get(pattern);
    if (known !== undefined) return known;
    const compiled = RE2JS.compile(pattern);
    this.#compiled.set(pattern, compiled);
    return compiled;
  }
}

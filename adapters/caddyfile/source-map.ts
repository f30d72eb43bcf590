// Which token each part of the document came from. The adapter notes it when it makes an object,
// which is one entry in a map; lines are counted and paths followed only at an error.

import {
  childOf,
  isContainer,
  type Json,
  type Path,
  type Place,
} from "../../src/document/index.js";
import type { Token } from "./syntax/token.js";

/** Where the adapter notes which token an object came from. */
export interface Marks {
  /** Note that an object or array of the document came from a token. Returns the object. */
  mark<T extends object>(made: T, token: Token): T;
  /** As `mark`, unless something is noted for the object already. */
  markOnce<T extends object>(made: T, token: Token): T;
  /** Note for `made` what is noted for `from`, which it was made from. Returns the object. */
  carry<T extends object>(made: T, from: object): T;
}

/** Notes nothing: most documents are never asked where they came from. */
export const NO_MARKS: Marks = {
  mark: (made) => made,
  markOnce: (made) => made,
  carry: (made) => made,
};

/** The notes of one run of the adapter. They go when the document goes. */
export class SourceMap implements Marks {
  private readonly tokens = new WeakMap<object, Token>();

  /** Note that an object or array of the document came from a token. Returns the object. */
  mark<T extends object>(made: T, token: Token): T {
    this.tokens.set(made, token);
    return made;
  }

  /** As `mark`, unless something is noted for the object already. */
  markOnce<T extends object>(made: T, token: Token): T {
    return this.tokens.has(made) ? made : this.mark(made, token);
  }

  /** Note for `made` what is noted for `from`, which it was made from. Returns the object. */
  carry<T extends object>(made: T, from: object): T {
    const token = this.tokens.get(from);
    return token === undefined ? made : this.mark(made, token);
  }

  /** The token that was noted for an object. */
  tokenOf(made: object): Token | undefined {
    return this.tokens.get(made);
  }

  /**
   * Where the value at `path` came from: the place of the nearest marked object on the way to it.
   * What stands below an unmarked object, or beyond the document's end, has its parent's place.
   */
  placeOf(document: Json, path: Path): Place | undefined {
    let value: Json | undefined = document;
    let found: Token | undefined;
    for (let depth = 0; isContainer(value); depth++) {
      found = this.tokens.get(value) ?? found;
      const step = path[depth];
      if (step === undefined) break;
      value = childOf(value, step);
    }
    return found?.place;
  }
}

// What one destination of a `map` becomes: literal inputs are looked up, however many there are, and
// patterns are asked in the order of the config, as far as no literal stands before them.

import type { RE2JS } from "re2js";
import type { Exchange } from "../exchange.js";
import type { Template } from "../placeholders.js";
import { compileExpansion } from "../replacement.js";

/** Tells the value of a destination. */
export class MapTable {
  readonly #literals = new Map<string, { readonly order: number; readonly output: Template }>();
  readonly #patterns: { readonly order: number; readonly expand: Expand }[] = [];
  #order = 0;
  /** Its value is being read: an output may name the destination that it is for. */
  #reading = false;

  constructor(
    private readonly source: Template,
    private readonly otherwise: Template | undefined,
  ) {}

  /** Map this input. */
  addLiteral(input: string, output: Template): void {
    this.#literals.set(input, { order: this.#order++, output });
  }

  /** Map what matches; in the output `$1` and `$name` are groups. */
  addPattern(pattern: RE2JS, output: string): void {
    this.#patterns.push({ order: this.#order++, expand: compileExpansion(pattern, output) });
  }

  /** The value at this request. One that would need itself is empty. */
  read(exchange: Exchange): string {
    if (this.#reading) return "";
    this.#reading = true;
    try {
      return this.#find(this.source.fill(exchange), exchange);
    } finally {
      this.#reading = false;
    }
  }

  #find(input: string, exchange: Exchange): string {
    const literal = this.#literals.get(input);
    const end = literal?.order ?? this.#order;
    for (const { order, expand } of this.#patterns) {
      if (order > end) break;
      const value = expand(input);
      if (value !== undefined) return value;
    }
    return (literal?.output ?? this.otherwise)?.fill(exchange) ?? "";
  }
}

type Expand = (input: string) => string | undefined;

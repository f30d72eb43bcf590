// The expressions that most configs have, and the Caddyfile adapter writes for `handle_errors 404
// 5xx`: placeholders compared with literals, joined by `&&` and `||`. They need no library to be
// read, and at a request cost next to nothing. Whatever else is there is left to it.

import type { Exchange } from "../../exchange.js";
import { compilePlaceholder, type Globals } from "../../placeholders.js";
import { kindOf } from "./values.js";

/** What a comparison says: true, false, or why it cannot say. */
export type Verdict = boolean | string;

/** Says at a request whether an expression is true. */
export type Evaluate = (exchange: Exchange) => Verdict;

type Literal = string | number;

/** One comparison that was read. */
interface Comparison {
  readonly name: string;
  readonly operator: string;
  readonly literals: readonly Literal[];
}

/** Comparisons: one of the lists must be true, all of it. */
type Alternatives = readonly (readonly Comparison[])[];

const SPACE = "[\\t\\n\\f\\r ]*";
const LITERAL = `-?\\d{1,15}(?![\\w.])|"[^"\\\\{\\n\\r]*"(?!")|'[^'\\\\{\\n\\r]*'(?!')`;
const LEFT = new RegExp(`${SPACE}\\{([a-zA-Z][\\w.-]+)\\}${SPACE}(==|!=|<=|>=|<|>|in\\b)`, "y");
const ONE = new RegExp(`${SPACE}(${LITERAL})${SPACE}`, "y");
const JOIN = /&&|\|\|/y;

/** Read an expression of this kind; undefined when it is of another. */
export function readPlain(text: string): Alternatives | undefined {
  const reader = new Reader(text);
  const alternatives: Comparison[][] = [[]];
  for (;;) {
    const comparison = reader.comparison();
    if (comparison === undefined) return undefined;
    alternatives.at(-1)?.push(comparison);
    if (reader.isAtEnd) return alternatives;
    const join = reader.take(JOIN)?.[0];
    if (join === undefined) return undefined;
    if (join === "||") alternatives.push([]);
  }
}

class Reader {
  #at = 0;

  constructor(readonly text: string) {}

  get isAtEnd(): boolean {
    return this.#at === this.text.length;
  }

  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }

  comparison(): Comparison | undefined {
    const [, name = "", operator = ""] = this.take(LEFT) ?? [];
    const kind = kindOf(name);
    if (name === "" || (kind !== "text" && kind !== "int")) return undefined;
    const literals = operator === "in" ? this.#list() : this.#literal();
    return literals && { name, operator, literals };
  }

  #literal(): Literal[] | undefined {
    const [, literal] = this.take(ONE) ?? [];
    if (literal === undefined) return undefined;
    return [/^["']/.test(literal) ? literal.slice(1, -1) : Number(literal)];
  }

  #list(): Literal[] | undefined {
    if (this.take(OPEN) === undefined) return undefined;
    const literals: Literal[] = [];
    do {
      const literal = this.#literal();
      if (literal === undefined) return undefined;
      literals.push(...literal);
    } while (this.take(/,/y) !== undefined);
    return this.take(CLOSE) && literals;
  }
}

const OPEN = new RegExp(`${SPACE}\\[`, "y");
const CLOSE = new RegExp(`\\]${SPACE}`, "y");

/** Compile what was read. */
export function compilePlain(alternatives: Alternatives, globals: Globals): Evaluate {
  const all = alternatives.map((comparisons) =>
    joined(
      comparisons.map((comparison) => compare(comparison, globals)),
      false,
    ),
  );
  return joined(all, true);
}

/**
 * Some as one: `decisive` from any of them is the answer. As in CEL, what cannot be said does not
 * matter then, wherever it stands.
 */
function joined(parts: readonly Evaluate[], decisive: boolean): Evaluate {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return (exchange) => {
    let verdict: Verdict = !decisive;
    for (const part of parts) {
      const told = part(exchange);
      if (told === decisive) return decisive;
      if (typeof told === "string") verdict = told;
    }
    return verdict;
  };
}

function compare({ name, operator, literals }: Comparison, globals: Globals): Evaluate {
  const read = compileRead(name, globals);
  const [wanted = ""] = literals;
  switch (operator) {
    case "==":
      return (exchange) => read(exchange) === wanted;
    case "!=":
      return (exchange) => read(exchange) !== wanted;
    case "in":
      return (exchange) => literals.includes(read(exchange) as Literal);
    default:
      return ordered(read, name, wanted, ORDERS[operator] as Order);
  }
}

type Order = (found: Literal, wanted: Literal) => boolean;

const ORDERS: Readonly<Record<string, Order>> = {
  "<": (found, wanted) => found < wanted,
  "<=": (found, wanted) => found <= wanted,
  ">": (found, wanted) => found > wanted,
  ">=": (found, wanted) => found >= wanted,
};

/** Only numbers are more or less than numbers, and texts than texts. */
function ordered(
  read: (exchange: Exchange) => Literal | undefined,
  name: string,
  wanted: Literal,
  order: Order,
): Evaluate {
  return (exchange) => {
    const found = read(exchange);
    if (found !== undefined && typeof found === typeof wanted) return order(found, wanted);
    return `{${name}} is ${found === undefined ? "null" : typeof found}, not a ${typeof wanted}`;
  };
}

function compileRead(name: string, globals: Globals): (exchange: Exchange) => Literal | undefined {
  if (name === "http.error.status_code") return ({ error }) => error?.status;
  const read = compilePlaceholder(name, globals);
  if (kindOf(name) === "text") return read;
  return (exchange) => {
    const text = read(exchange);
    return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : text;
  };
}

// Between parsing and checking: whatever asks the request becomes a name. A placeholder is one, and
// so is a call of a matcher. What is left is plain CEL, whose names are read when they are needed.

import { MATCHER_FUNCTIONS, placeholderOf } from "./matcher-functions.js";
import type { Regexps } from "./regexps.js";
import { PLACEHOLDER_FUNCTION } from "./source.js";
import {
  type Call,
  callOf,
  type Expr,
  listOf,
  literalText,
  nameOf,
  type Of,
  refuse,
  withParts,
} from "./syntax.js";

/** A name that stands for a placeholder, or for what a matcher says. */
export type Asking =
  | { readonly name: string; readonly placeholder: string }
  | { readonly name: string; readonly matcher: string; readonly call: Expr; readonly args: Call };

/** An expression without calls of its own, and what its names ask. */
export interface Lowered {
  readonly expr: Expr;
  readonly asking: readonly Asking[];
}

/** Expressions that are nested deeper are refused. */
const MAX_DEPTH = 250;

/** Make names of what asks the request. Throws `ExpressionFault`. */
export function lower(expr: Expr, regexps: Regexps): Lowered {
  const lowering = new Lowering(regexps);
  return { expr: lowering.lower(expr, 0), asking: lowering.asking };
}

class Lowering {
  readonly asking: Asking[] = [];
  readonly #placeholders = new Map<string, string>();

  constructor(readonly regexps: Regexps) {}

  lower(expr: Expr, depth: number): Expr {
    if (depth > MAX_DEPTH) refuse(expr, `is nested deeper than ${MAX_DEPTH} levels`);
    const { exprKind: kind } = expr;
    const own = kind.case === "callExpr" ? this.#called(expr, kind.value) : undefined;
    if (own?.exprKind.case === "identExpr") return own;
    const parts = withParts(own ?? expr, (part) => this.lower(part, depth + 1));
    if (kind.case === "constExpr") refuseOutOfRange(expr, kind.value);
    return parts.exprKind.case === "comprehensionExpr" ? bounded(parts) : parts;
  }

  /** What stands in the place of a call; undefined for what CEL itself knows. */
  #called(expr: Expr, call: Call): Expr | undefined {
    const { target, args } = call;
    const receiver = target?.exprKind.case === "identExpr" ? target.exprKind.value.name : undefined;
    if (receiver === "cel" && call.function === "bind") return bound(expr, args);
    if (receiver === "math" && call.function === "greatest")
      return extreme(expr, "math.@max", args);
    if (receiver === "math" && call.function === "least") return extreme(expr, "math.@min", args);
    if (call.function === "matches") this.#checkPattern(args.at(-1));
    if (target !== undefined) return undefined;
    if (call.function === PLACEHOLDER_FUNCTION) return this.#placeholder(expr);
    if (!MATCHER_FUNCTIONS.has(call.function)) return undefined;
    const name = `@${this.asking.length}`;
    this.asking.push({ name, matcher: call.function, call: expr, args: call });
    return nameOf(expr, name);
  }

  #placeholder(expr: Expr): Expr {
    const placeholder = placeholderOf(expr) ?? refuse(expr, "names no placeholder");
    const known = this.#placeholders.get(placeholder);
    if (known !== undefined) return nameOf(expr, known);
    const name = `@${this.asking.length}`;
    this.#placeholders.set(placeholder, name);
    this.asking.push({ name, placeholder });
    return nameOf(expr, name);
  }

  /** A pattern that is written down is refused now, not when a request comes. */
  #checkPattern(pattern: Expr | undefined): void {
    const text = pattern && literalText(pattern);
    if (pattern === undefined || text === undefined) return;
    try {
      this.regexps.compile(text);
    } catch (cause) {
      refuse(pattern, cause instanceof Error ? cause.message : String(cause));
    }
  }
}

/** `cel.bind(x, 1, x + x)` is a loop without rounds, whose result is the last argument. */
function bound(expr: Expr, args: readonly Expr[]): Expr {
  const [variable, value, result] = args;
  const { exprKind: kind } = variable ?? expr;
  if (args.length !== 3 || kind.case !== "identExpr" || !value || !result) {
    return refuse(expr, "takes a name, a value and an expression");
  }
  const never = { constantKind: { case: "boolValue", value: false } } as Of<"constExpr">;
  const loop = {
    iterVar: "#unused",
    iterRange: listOf(expr, []),
    accuVar: kind.value.name,
    accuInit: value,
    loopCondition: { ...expr, exprKind: { case: "constExpr", value: never } },
    loopStep: variable,
    result,
  } as Of<"comprehensionExpr">;
  return { ...expr, exprKind: { case: "comprehensionExpr", value: loop } };
}

/** The largest or the smallest of some values, or of a list. */
function extreme(expr: Expr, name: string, args: readonly Expr[]): Expr {
  if (args.length === 0) return refuse(expr, "needs at least one argument");
  return callOf(expr, name, args.length <= 2 ? args : [listOf(expr, args)]);
}

/** A loop that counts its rounds. */
function bounded(expr: Expr): Expr {
  const { exprKind: kind } = expr;
  if (kind.case !== "comprehensionExpr" || kind.value.loopCondition === undefined) return expr;
  const condition = kind.value.loopCondition;
  const step = callOf(condition, "@step", []);
  const loopCondition = callOf(condition, "_&&_", [step, condition]);
  return { ...expr, exprKind: { ...kind, value: { ...kind.value, loopCondition } } };
}

function refuseOutOfRange(expr: Expr, { constantKind }: Of<"constExpr">): void {
  const { case: kind, value } = constantKind;
  const fits =
    (kind !== "int64Value" || BigInt.asIntN(64, value) === value) &&
    (kind !== "uint64Value" || BigInt.asUintN(64, value) === value) &&
    (kind !== "doubleValue" || Number.isFinite(value));
  if (!fits) refuse(expr, "the number is out of range");
}

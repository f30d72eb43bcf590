// From the text of an expression to a function that says whether a request matches. Everything that
// can be wrong with an expression is found here; at a request only values can be.

import type { CelInput, CelResult } from "@bufbuild/cel";
import { LRUCache } from "lru-cache";
import { ConfigError } from "../../../../document/index.js";
import type { Context } from "../../../../engine/index.js";
import { type Exchange, HttpError } from "../../exchange.js";
import type { Matcher } from "../../module.js";
import { typeOf } from "./checker.js";
import { evaluator } from "./evaluator.js";
import { type Asking, lower } from "./lowering.js";
import { MATCHER_FUNCTIONS } from "./matcher-functions.js";
import type { Evaluate } from "./plain.js";
import { expand } from "./source.js";
import { type Expr, ExpressionFault, isConstant, refuse, withParts } from "./syntax.js";
import { BOOL, DYN, isEqual, printType } from "./types.js";
import { compileValue, type ReadValue } from "./values.js";

/** Longer expressions are refused, as by Caddy. */
const MAX_LENGTH = 100_000;

/** An expression, what its captures are called, and where its text stands in the module's node. */
export interface Written {
  readonly text: string;
  readonly name: string;
  readonly at: readonly string[];
}

/** What an expression means, wherever it stands. */
interface Meaning {
  readonly asking: readonly Asking[];
  readonly evaluate: Plan;
  /** Where a part of it was written. */
  placeOf(exprId: bigint): string;
}

type Plan = (names: Readonly<Record<string, CelInput>>) => CelResult;

/** Says where an expression is wrong, and why. */
type Fail = (place: string, message: string) => never;

/** Understanding is most of the work, and many sites have the same expression. */
const understood = new LRUCache<string, Meaning>({ max: 100 });

/** Compile an expression. Fails, naming the place, when it cannot be one. */
export function compileExpression(written: Written, context: Context): Evaluate {
  const { text, at } = written;
  if (text.length > MAX_LENGTH) context.fail(at, `is longer than ${MAX_LENGTH} characters`);
  const fail: Fail = (place, message) => context.fail(at, `${place}: ${message}`);
  const meaning = understood.get(text) ?? understand(text, fail);
  understood.set(text, meaning);
  const readings = explaining(meaning, fail, () =>
    meaning.asking.map((asking) => compileAsking(asking, written.name, context)),
  );
  return evaluating(meaning.evaluate, readings);
}

function understand(text: string, fail: Fail): Meaning {
  const source = expand(text);
  const { parse, plan, regexps } = evaluator();
  const { expr, offsetOf } = parse(source, fail);
  const placeOf = (exprId: bigint) => source.placeOf(offsetOf(exprId));
  return explaining({ placeOf }, fail, () => {
    const { expr: lowered, asking } = lower(expr, regexps);
    const types = asking.map((one) => [one.name, "placeholder" in one ? DYN : BOOL] as const);
    const type = typeOf(lowered, new Map(types));
    if (!isEqual(type, BOOL)) refuse(expr, `is ${printType(type)}, must be bool`);
    refuseFailing(lowered);
    return { asking, evaluate: plan(lowered), placeOf };
  });
}

/** Do something with an expression, and tell where it is wrong if it is. */
function explaining<T>({ placeOf }: Pick<Meaning, "placeOf">, fail: Fail, act: () => T): T {
  try {
    return act();
  } catch (fault) {
    if (!(fault instanceof ExpressionFault)) throw fault;
    return fail(placeOf(fault.exprId), fault.message);
  }
}

/** Conversions of literals that fail at every request, `duration("1 hour")`, are refused now. */
function refuseFailing(expr: Expr): Expr {
  const { exprKind: kind } = withParts(expr, refuseFailing);
  const call = kind.case === "callExpr" ? kind.value : undefined;
  if (call === undefined || !CONVERSIONS.has(call.function)) return expr;
  if (![...call.args, ...(call.target ? [call.target] : [])].every(isConstant)) return expr;
  const result = evaluator().plan(expr)({});
  return result instanceof Error ? refuse(expr, result.message) : expr;
}

const CONVERSIONS: ReadonlySet<string> = new Set([
  "bool",
  "bytes",
  "double",
  "duration",
  "format",
  "int",
  "string",
  "timestamp",
  "uint",
]);

/** What a name reads at a request. */
interface Reading {
  readonly name: string;
  readonly read: ReadValue;
}

function compileAsking(asking: Asking, expressionName: string, context: Context): Reading {
  const { name } = asking;
  if ("placeholder" in asking) {
    return { name, read: compileValue(asking.placeholder, context, evaluator().library) };
  }
  const { call, args, matcher } = asking;
  const configOf = MATCHER_FUNCTIONS.get(matcher) ?? refuse(call, `unknown function: ${matcher}`);
  const config = configOf({ expr: call, args: args.args, name: expressionName });
  try {
    const made = context.named<Matcher>("http.matchers", matcher, config, []);
    return { name, read: (exchange) => made.match(exchange) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refuse(call, `${matcher}: ${error.issues.map(({ message }) => message).join("; ")}`);
  }
}

/**
 * Evaluate with names that are read when they are asked for: what stands behind `false &&` is never
 * looked at, and captures nothing.
 */
function evaluating(plan: Plan, readings: readonly Reading[]): Evaluate {
  let current: Exchange | undefined;
  let failure: unknown;
  const read = (from: ReadValue) => {
    try {
      return from(current as Exchange);
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const names = Object.create(null) as Record<string, CelInput>;
  for (const reading of readings) {
    Object.defineProperty(names, reading.name, { get: () => read(reading.read) });
  }
  return (exchange) => {
    current = exchange;
    try {
      const result = plan(names);
      if (typeof result === "boolean") return result;
      // `file` asks for a status of its own: the expression has not failed.
      if (failure instanceof HttpError) throw failure;
      return reasonOf(result);
    } finally {
      current = undefined;
      failure = undefined;
    }
  };
}

function reasonOf(result: CelResult): string | false {
  return result instanceof Error ? result.message : false;
}

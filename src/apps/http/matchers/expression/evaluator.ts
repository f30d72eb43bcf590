// The library with all that Caddy has in it, made when the first expression needs it and shared by
// all of them.

import type { CelInput, CelResult } from "@bufbuild/cel";
import { moreFunctions, Steps } from "./functions.js";
import { type Library, library } from "./library.js";
import { Regexps } from "./regexps.js";
import type { Source } from "./source.js";
import type { Expr } from "./syntax.js";
import { textFunctions } from "./text-functions.js";

/** An expression that was parsed, and where its parts stand in the source. */
export interface Parsed {
  readonly expr: Expr;
  offsetOf(exprId: bigint): number;
}

/** Says where an expression cannot be read, and why. */
type Fail = (place: string, message: string) => never;

/** What parses and evaluates. */
export interface Evaluator {
  readonly library: Library;
  readonly regexps: Regexps;
  parse(source: Source, fail: Fail): Parsed;
  plan(expr: Expr): (names: Readonly<Record<string, CelInput>>) => CelResult;
}

/** Brackets may be nested so deep: the parser needs some stack for each. */
const MAX_BRACKETS = 100;
/** And so many conditions may follow each other. */
const MAX_CONDITIONS = 100;

let made: Evaluator | undefined;

/** The evaluator, which is made once. */
export function evaluator(): Evaluator {
  made ??= makeEvaluator(library());
  return made;
}

function makeEvaluator(of: Library): Evaluator {
  const { cel, extensions } = of;
  const regexps = new Regexps();
  const steps = new Steps();
  const env = cel.celEnv({
    funcs: [...extensions.strings, ...textFunctions(of, regexps), ...moreFunctions(of, steps)],
  });
  return {
    library: of,
    regexps,
    parse: (source, fail) => parse(of, source, fail),
    plan(expr) {
      const evaluate = cel.plan(env, expr);
      return (names) => {
        steps.begin();
        return evaluate(names);
      };
    },
  };
}

function parse({ cel }: Library, source: Source, fail: Fail): Parsed {
  const tooDeep = endOfDepth(source.text);
  if (tooDeep !== undefined) fail(source.placeOf(tooDeep), "is nested too deep");
  try {
    const { expr, sourceInfo } = cel.parse(`${source.text}\n`); // A comment has to end.
    if (expr === undefined) return fail("1:1", "the expression is empty");
    return { expr, offsetOf: (id) => sourceInfo?.positions[String(id)] ?? 0 };
  } catch (error) {
    if (error instanceof RangeError) return fail("1:1", "is nested too deep");
    const offset = offsetIn(error);
    return fail(source.placeOf(offset ?? 0), reasonOf(error, source.text, offset));
  }
}

/** A text between quotes; raw ones have no escapes. */
const LITERAL = /\b[bB]?[rR][bB]?(?:"[^"]*"|'[^']*')|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gs;

/** The first bracket or condition that is too deep. */
function endOfDepth(written: string): number | undefined {
  const text = written.replace(LITERAL, (literal) => " ".repeat(literal.length));
  let depth = 0;
  let conditions = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if ("([{".includes(char)) depth++;
    else if (")]}".includes(char)) depth--;
    else if (char === "?") conditions++;
    if (depth > MAX_BRACKETS || conditions > MAX_CONDITIONS) return at;
  }
  return undefined;
}

/** Where the parser says that it stopped. */
function offsetIn(error: unknown): number | undefined {
  const { location } = error as { readonly location?: { start?: { offset?: unknown } } };
  const offset = location?.start?.offset;
  return typeof offset === "number" ? offset : undefined;
}

/** The parser lists all that could stand there, which tells nobody anything. */
function reasonOf(error: unknown, text: string, offset: number | undefined): string {
  const message = error instanceof Error ? error.message : String(error);
  if (offset === undefined || !message.includes("expecting")) {
    return message.replace(/^<input>:\d+:\d+: /, "");
  }
  const rest = text.slice(offset, offset + 20).trim();
  return rest === "" ? "more was expected" : `cannot be read from here on: ${rest}`;
}

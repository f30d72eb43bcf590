// The functions that are matchers: `path("/a/*")` asks the `path` matcher. Each is made once, when
// the expression is compiled, out of the JSON that its arguments mean. A new one is one line here.

import type { Json } from "../../../../document/index.js";
import { PLACEHOLDER_FUNCTION, REQUEST } from "./source.js";
import { type Call, type Expr, literalText, qualifiedName, refuse } from "./syntax.js";

/** A call, its arguments, and the name that the captures of a regular expression get. */
interface Asked {
  readonly expr: Expr;
  readonly args: readonly Expr[];
  readonly name: string;
}

/** Makes a matcher's config of a call. */
type MatcherFunction = (asked: Asked) => Json;

/** Every matcher that is a function, by its name. */
export const MATCHER_FUNCTIONS: ReadonlyMap<string, MatcherFunction> = new Map(
  Object.entries<MatcherFunction>({
    client_ip: (asked) => ({ ranges: texts(asked, filled) }),
    file: (asked) => files(asked),
    header: (asked) => lists(asked),
    header_regexp: (asked) => regexpOf(asked),
    host: (asked) => texts(asked, filled),
    method: (asked) => texts(asked, fixed),
    path: (asked) => texts(asked, filled),
    path_regexp: (asked) => regexp(asked, asked.args),
    protocol: (asked) => fixed(only(asked)).toLowerCase(),
    query: (asked) => lists(asked),
    remote_ip: (asked) => ({ ranges: texts(asked, filled) }),
    vars: (asked) => lists(asked),
    vars_regexp: (asked) => regexpOf(asked),
  }),
);

/** The name of the placeholder that a call reads; undefined when it is another call. */
export function placeholderOf(expr: Expr): string | undefined {
  const call = callIn(expr);
  if (call?.function !== PLACEHOLDER_FUNCTION || call.target !== undefined) return undefined;
  const [request, name] = call.args;
  if (request === undefined || qualifiedName(request) !== REQUEST || call.args.length !== 2) {
    refuse(expr, `takes ${REQUEST} and the name of a placeholder`);
  }
  const text = name && literalText(name);
  return text ?? refuse(expr, "the name of a placeholder must be a literal text");
}

function callIn({ exprKind }: Expr): Call | undefined {
  return exprKind.case === "callExpr" ? exprKind.value : undefined;
}

/** A text that the matcher fills at each request: literals and placeholders, joined by `+`. */
function filled(expr: Expr): string {
  const literal = literalText(expr);
  if (literal !== undefined) return literal;
  const placeholder = placeholderOf(expr);
  if (placeholder !== undefined) return `{${placeholder}}`;
  const call = callIn(expr);
  if (call?.function === "_+_") return call.args.map(filled).join("");
  return refuse(expr, "must be a text: a literal, a placeholder, or some of them joined by +");
}

/** A text that is known when the config is loaded. */
function fixed(expr: Expr): string {
  const literal = literalText(expr);
  return literal ?? refuse(expr, "must be a literal text: it is read when the config is loaded");
}

function texts({ expr, args }: Asked, read: (arg: Expr) => string): string[] {
  return args.length === 0 ? refuse(expr, "needs at least one argument") : args.map(read);
}

function only({ expr, args }: Asked): Expr {
  const [arg] = args;
  return arg === undefined || args.length > 1 ? refuse(expr, "takes one argument") : arg;
}

/** `{"a": "x", "b": ["y", "z"]}`: names, and the values wanted of each. */
function lists(asked: Asked): { [name: string]: string[] } {
  const { exprKind } = only(asked);
  if (exprKind.case !== "structExpr" || exprKind.value.messageName !== "") {
    return refuse(asked.expr, 'takes a map, such as {"name": "value"} or {"name": ["a", "b"]}');
  }
  const entries = exprKind.value.entries.map(({ keyKind, value }): [string, string[]] => {
    const key = keyKind.case === "mapKey" ? literalText(keyKind.value) : undefined;
    if (key === undefined) refuse(asked.expr, "the keys of the map must be literal texts");
    return [key, value ? valuesIn(value) : []];
  });
  return Object.fromEntries(entries);
}

function valuesIn({ exprKind, ...rest }: Expr): string[] {
  if (exprKind.case === "listExpr") return exprKind.value.elements.map(filled);
  return [filled({ exprKind, ...rest })];
}

/** A pattern, and before it a name for its captures if they are to have one of their own. */
function regexp({ expr, name }: Asked, args: readonly Expr[]): { [key: string]: Json } {
  const [pattern, own] = args.toReversed().map(fixed);
  if (pattern === undefined || args.length > 2) return refuse(expr, "takes a name and a pattern");
  return { name: own || name, pattern };
}

/** The same for one field or variable, which stands between them. */
function regexpOf(asked: Asked): { [key: string]: Json } {
  const { expr, args } = asked;
  const key = args.at(-2);
  if (key === undefined || args.length > 3) refuse(expr, "takes a name, a key and a pattern");
  return { [fixed(key)]: regexp(asked, args.toSpliced(-2, 1)) };
}

/** Files to try, or a map with more of what the matcher takes. */
function files(asked: Asked): { [key: string]: Json } {
  const { args } = asked;
  const [first] = args;
  if (args.length !== 1 || first?.exprKind.case !== "structExpr") {
    return args.length === 0 ? {} : { try_files: args.map(filled) };
  }
  const { root, fs, try_policy, ...listed } = lists(asked);
  const single = Object.entries({ root, fs, try_policy }).flatMap(([key, values]) =>
    values?.[0] === undefined ? [] : [[key, values[0]]],
  );
  return { ...Object.fromEntries(single), ...listed };
}

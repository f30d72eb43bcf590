// The `path` matcher. Most patterns are plain names or have one star at an end; those are compared
// as texts, and told to the routing index. The rest are globs. Paths are compared decoded, cleaned
// and without regard to case; a "%" in a pattern says what must have come escaped.

import type { Context } from "../../../engine/index.js";
import { Type } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import { defineMatcher, type MatcherIndex } from "../module.js";
import { compileTemplate, type Template } from "../placeholders.js";
import { escapedPath } from "../target.js";
import { cleanEscapedPath, cleanPath, comparablePath, foldCase } from "./clean.js";
import { compileGlob, escapedUnits, units } from "./glob.js";

/** How a pattern is compared. */
type Kind = "any" | "exact" | "prefix" | "suffix" | "substring" | "glob" | "escaped";

/** A pattern that has been looked at. */
interface Pattern {
  readonly kind: Kind;
  /** The pattern in lower case, without the stars that its kind stands for. */
  readonly text: string;
  /** A pattern with doubled slashes wants to see those of the path. */
  readonly mergeSlashes: boolean;
}

/** Whether a path, as `comparablePath` makes it, or the exchange it came from, matches. */
type Test = (path: string, exchange: Exchange) => boolean;

/** Matches the path of the URI. */
export const path = defineMatcher({
  name: "path",
  stateless: true,
  summary: "Matches by the path of the URI, without regard to case.",
  schema: Type.Array(Type.String(), {
    description:
      "Patterns, of which one must match: `/exact`, `/prefix/*`, `*.suffix`, `*substring*`, " +
      "`/glob/*/x`.",
  }),

  glance(config) {
    if (config.some((text) => /[{}\\]/.test(text))) return undefined;
    const patterns = config.map(readPattern);
    return patterns.every(cannotBeMalformed) ? indexOf(patterns) : undefined;
  },

  provision(config, context) {
    const templates = config.map((text) => compileTemplate(text, context, "empty"));
    const patterns: Pattern[] = [];
    const filled: Test[] = [];
    for (const template of templates) {
      if (template.constant === undefined) filled.push(compileEachTime(template));
      else patterns.push(readPattern(template.constant));
    }
    const test = anyOf([...compileAll(patterns, context), ...filled]);
    return {
      index: filled.length === 0 ? indexOf(patterns) : {},
      match: (exchange) => test(comparablePath(exchange), exchange),
    };
  },
});

function anyOf(tests: readonly Test[]): Test {
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (path, exchange) => {
    for (const test of tests) if (test(path, exchange)) return true;
    return false;
  };
}

/** Names are looked up together, however many there are. */
function compileAll(patterns: readonly Pattern[], context: Context): readonly Test[] {
  if (patterns.length === 1) return patterns.map((pattern) => compileOrWarn(pattern, context));
  const names = new Set(patterns.filter(isExact).map(({ text }) => text));
  const others = patterns.filter((pattern) => !isExact(pattern));
  return [(path) => names.has(path), ...others.map((pattern) => compileOrWarn(pattern, context))];
}

function cannotBeMalformed({ kind }: Pattern): boolean {
  return kind !== "glob" && kind !== "escaped";
}

function isExact({ kind, mergeSlashes }: Pattern): boolean {
  return kind === "exact" && mergeSlashes;
}

/** Only names and prefixes can be looked up, and the index knows merged paths only. */
function indexOf(patterns: readonly Pattern[]): MatcherIndex {
  const indexable = ({ kind, mergeSlashes }: Pattern) =>
    mergeSlashes && (kind === "exact" || kind === "prefix");
  if (!patterns.every(indexable)) return {};
  const texts = (kind: Kind) => patterns.filter((p) => p.kind === kind).map((p) => p.text);
  return { paths: texts("exact"), prefixes: texts("prefix") };
}

function readPattern(pattern: string): Pattern {
  const text = foldCase(pattern);
  const mergeSlashes = !text.includes("//");
  const first = text.indexOf("*");
  const last = text.lastIndexOf("*");
  const end = text.length - 1;
  if (text === "*") return { kind: "any", text, mergeSlashes };
  if (text.includes("%")) return { kind: "escaped", text, mergeSlashes };
  if (first < 0) return { kind: /[?[\\]/.test(text) ? "glob" : "exact", text, mergeSlashes };
  if (first === 0 && last === end && text.indexOf("*", 1) === end) {
    return { kind: "substring", text: text.slice(1, -1), mergeSlashes };
  }
  if (last === 0) return { kind: "suffix", text: text.slice(1), mergeSlashes };
  if (first === end) return { kind: "prefix", text: text.slice(0, -1), mergeSlashes };
  return { kind: "glob", text, mergeSlashes };
}

/** A malformed pattern is accepted, as Caddy does, but its author should hear of it. */
function compileOrWarn(pattern: Pattern, context: Context): Test {
  const test = compile(pattern);
  if (test !== undefined) return test;
  context.log.warn("a path pattern is malformed and matches nothing", { pattern: pattern.text });
  return () => false;
}

/** Undefined when the pattern is malformed. */
function compile({ kind, text, mergeSlashes }: Pattern): Test | undefined {
  if (kind === "escaped") return compileEscaped(text, mergeSlashes);
  const test = compileText(kind, text);
  if (mergeSlashes || test === undefined) return test;
  return (_, exchange) => test(foldCase(cleanPath(exchange.path, false)));
}

function compileText(kind: Kind, text: string): ((path: string) => boolean) | undefined {
  switch (kind) {
    case "any":
      return () => true;
    case "prefix":
      return (path) => path.startsWith(text);
    case "suffix":
      return (path) => path.endsWith(text);
    case "substring":
      return (path) => path.includes(text);
    case "glob": {
      const glob = compileGlob(text, false);
      return glob && ((path) => glob(units(path)));
    }
    default:
      return (path) => path === text;
  }
}

function compileEscaped(text: string, mergeSlashes: boolean): Test | undefined {
  const glob = compileGlob(text, true);
  return (
    glob &&
    ((_, exchange) => {
      const raw = foldCase(cleanEscapedPath(escapedPath(exchange.target), mergeSlashes));
      return glob(escapedUnits(raw));
    })
  );
}

/** A pattern with placeholders is known when the request is. */
function compileEachTime(template: Template): Test {
  return (path, exchange) =>
    compile(readPattern(template.fill(exchange)))?.(path, exchange) ?? false;
}

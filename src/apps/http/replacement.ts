// Search and replace in one value, as header and query operations have it: a text, or a pattern in
// RE2 syntax, which runs in linear time whatever it is given.

import { RE2JS } from "re2js";
import type { Path } from "../../document/index.js";
import type { Context } from "../../engine/index.js";
import { type Static, Type } from "../../schema/index.js";
import type { Exchange } from "./exchange.js";
import { compileTemplate, type Template } from "./placeholders.js";

/** What compiling a part of a config takes: what templates read, and a way to refuse. */
export type Compiling = Pick<Context, "env" | "clock" | "fail">;

/** The fields of one replacement, for schemas that add to them. */
export const replacementFields = {
  search: Type.Optional(Type.String({ description: "The text to search for." })),
  search_regexp: Type.Optional(
    Type.String({ description: "The pattern to search for (RE2); instead of `search`." }),
  ),
  replace: Type.Optional(
    Type.String({
      description: "What to put there; `$1` and `$name` are groups of the pattern.",
    }),
  ),
};

/** One replacement. */
export const Replacement = Type.Object(replacementFields, {
  additionalProperties: false,
  description: "A search and what replaces its matches.",
  examples: [{ search_regexp: "^http:", replace: "https:" }],
});

/** Changes one value. */
export type Rewriter = (value: string) => string;

/** Compile a replacement. What it makes is filled once at a request, and used on any value. */
export function compileReplacement(
  config: Static<typeof Replacement>,
  context: Compiling,
  at: Path,
): (exchange: Exchange) => Rewriter {
  const replace = compileTemplate(config.replace ?? "", context, "keep");
  if (!config.search_regexp) {
    const search = compileTemplate(config.search ?? "", context, "keep");
    return (exchange) => {
      const [from, to] = [search.fill(exchange), replace.fill(exchange)];
      return (value) => (from === "" ? value : value.replaceAll(from, () => to));
    };
  }
  if (config.search) context.fail(at, "has both search and search_regexp", "keep one of them");
  const pattern = compileSearch(config.search_regexp, context, [...at, "search_regexp"]);
  return (exchange) => {
    const [regexp, to] = [pattern(exchange), replace.fill(exchange)];
    return (value) => (regexp ? replaceMatches(regexp, value, to) : value);
  };
}

/** Compile a pattern of a config. Fails, naming the place, when it is none. */
export function compilePattern(pattern: string, context: Compiling, at: Path): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    return context.fail(at, cause instanceof Error ? cause.message : String(cause));
  }
}

/**
 * Replace every match, with Go's groups: `$1`, `$name` (as long as the name goes on), `${1}`, and
 * `$$` for a dollar sign. A group that is not there is empty. As in Go, the empty match that `(.*)`
 * has right behind its first one is none: otherwise the replacement would be there twice.
 */
export function replaceMatches(regexp: RE2JS, text: string, replacement: string): string {
  const fill = replacement.includes("$") ? withGroups(regexp, replacement) : () => replacement;
  let end = 0;
  return regexp.matcher(text).replaceAll((...match: unknown[]) => {
    const length = String(match[0]).length;
    const start = Number(match[regexp.groupCount() + 1]);
    const isAfterthought = length === 0 && start === end && start > 0;
    end = start + length;
    return isAfterthought ? "" : fill(match);
  });
}

/** What a replacement is for the first match in a text; undefined when nothing matches. */
export function compileExpansion(
  regexp: RE2JS,
  replacement: string,
): (text: string) => string | undefined {
  if (!replacement.includes("$")) return (text) => (regexp.test(text) ? replacement : undefined);
  const fill = withGroups(regexp, replacement);
  const groups = Array.from({ length: regexp.groupCount() + 1 }, (_, i) => i);
  return (text) => {
    // Most texts do not match, and saying so is much cheaper than finding the groups.
    if (!regexp.test(text)) return undefined;
    const matcher = regexp.matcher(text);
    return matcher.find() ? fill(groups.map((group) => matcher.group(group))) : undefined;
  };
}

/** A replacement with the groups of a match in it. */
function withGroups(regexp: RE2JS, replacement: string): (match: readonly unknown[]) => string {
  const names = regexp.namedGroups() as Readonly<Record<string, number>>;
  return (match) =>
    replacement.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, plain?: string, braced?: string) => {
      if (whole === "$$") return "$";
      const name = plain ?? braced ?? "";
      const named = Object.hasOwn(names, name) ? names[name] : undefined;
      const group = /^\d+$/.test(name) ? Number(name) : named;
      return group === undefined || group > regexp.groupCount() ? "" : String(match[group] ?? "");
    });
}

/** A pattern that may hold placeholders. One that does not is compiled now, as it stands. */
function compileSearch(
  pattern: string,
  context: Compiling,
  at: Path,
): (exchange: Exchange) => RE2JS | undefined {
  const template = compileTemplate(pattern, context, "keep");
  if (template.constant === undefined) return atRequest(template);
  const settled = /\{(?:env|system)\./.test(pattern) ? template.constant : pattern;
  const regexp = compilePattern(settled, context, at);
  return () => regexp;
}

/** A pattern compiled when its text is known, and again only when that changes. */
function atRequest(template: Template): (exchange: Exchange) => RE2JS | undefined {
  let text: string | undefined;
  let regexp: RE2JS | undefined;
  return (exchange) => {
    const filled = template.fill(exchange);
    if (filled === text) return regexp;
    text = filled;
    try {
      regexp = RE2JS.compile(filled);
    } catch {
      regexp = undefined; // A request made it no pattern: then nothing matches.
    }
    return regexp;
  };
}

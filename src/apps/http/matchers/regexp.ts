// Matchers by regular expression. Patterns are RE2's and run in linear time, whatever the request
// holds. What a match captured can be read as `{http.regexp.<name>.<group>}`, and without the name.

import { RE2JS } from "re2js";
import type { Path } from "../../../document/index.js";
import type { Context } from "../../../engine/index.js";
import { MapOf, type Static, Type } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import { defineMatcher } from "../module.js";
import { cleanPath } from "./clean.js";
import { valuesOf } from "./header.js";

/** A regular expression in a matcher's config. */
export const Regexp = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        pattern: "^$|\\w",
        description: "A name for its captures, so that those of other expressions stay readable.",
      }),
    ),
    pattern: Type.String({ description: "The expression, in RE2 syntax." }),
  },
  {
    additionalProperties: false,
    description: "A regular expression, and a name for what it captures.",
  },
);

/** Matches the path by a regular expression. */
export const pathRegexp = defineMatcher({
  name: "path_regexp",
  stateless: true,
  summary: "Matches by a regular expression on the decoded, cleaned path.",
  schema: Regexp,
  provision(config, context) {
    const test = compileRegexp(config, context, []);
    return { match: (exchange) => test(cleanPath(exchange.path, true), exchange) };
  },
});

/** Matches header fields by regular expressions. */
export const headerRegexp = defineMatcher({
  name: "header_regexp",
  stateless: true,
  summary: "Matches by regular expressions on header fields; all that are named must match.",
  schema: MapOf(Regexp, "Field names, and the expression that one of its values must match."),
  provision(config, context) {
    const tests = Object.entries(config).map(([field, regexp]) => {
      const name = field.toLowerCase();
      const test = compileRegexp(regexp, context, [field]);
      return (exchange: Exchange) =>
        valuesOf(exchange, name).some((value) => test(value, exchange));
    });
    return { match: (exchange) => tests.every((test) => test(exchange)) };
  },
});

/** Compile an expression to a test that leaves what it captured with the exchange. */
export function compileRegexp(
  { name = "", pattern }: Static<typeof Regexp>,
  context: Context,
  at: Path,
): (text: string, exchange: Exchange) => boolean {
  const regexp = parse(pattern, context, [...at, "pattern"]);
  const captures = captureNames(regexp, name);
  return (text, exchange) => {
    // Most texts do not match, and saying so is much cheaper than finding the groups.
    if (!regexp.test(text)) return false;
    const found = regexp.matcher(text);
    if (!found.find()) return false;
    for (const { group, placeholders } of captures) {
      const value = found.group(group) ?? "";
      for (const placeholder of placeholders) exchange.placeholders.set(placeholder, value);
    }
    return true;
  };
}

function parse(pattern: string, context: Context, at: Path): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    return context.fail(at, cause instanceof Error ? cause.message : String(cause));
  }
}

/** A group and the placeholders that show it. */
interface Capture {
  readonly group: number;
  readonly placeholders: readonly string[];
}

/** Groups by their numbers first, 0 being the whole match, then by their names. */
function captureNames(regexp: RE2JS, name: string): readonly Capture[] {
  const numbered = Array.from(
    { length: regexp.groupCount() + 1 },
    (_, i) => [String(i), i] as const,
  );
  return [...numbered, ...Object.entries(regexp.namedGroups())].map(([key, group]) => ({
    group,
    placeholders: [...(name === "" ? [] : [`http.regexp.${name}.${key}`]), `http.regexp.${key}`],
  }));
}

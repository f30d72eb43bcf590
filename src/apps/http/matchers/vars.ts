// The `vars` and `vars_regexp` matchers: by variables that handlers set, or by any placeholder.

import { MapOf, Type } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import { defineMatcher } from "../module.js";
import { compilePlaceholder, type Globals, textOf } from "../placeholders.js";
import { compileRegexp, Regexp } from "./regexp.js";
import { compileText, exactly } from "./text.js";

/** Matches variables and placeholders. */
export const vars = defineMatcher({
  name: "vars",
  stateless: true,
  summary: "Matches by variables or placeholders; one match is enough.",
  schema: MapOf(
    Type.Array(Type.String(), { description: "Values, of which one must be equal." }),
    "Variable names or placeholders in braces, and the values wanted of each.",
  ),

  glance: () => ({}),
  provision(config, context) {
    const tests = Object.entries(config).map(([key, values]) => {
      const read = compileKey(key, context);
      const wanted = values.map((text) => compileText(text, context, exactly));
      return (exchange: Exchange) => {
        const found = read(exchange);
        return wanted.some((test) => test(found, exchange));
      };
    });
    return {
      match: (exchange) => tests.length === 0 || tests.some((test) => test(exchange)),
    };
  },
});

/** Matches variables and placeholders by regular expressions. */
export const varsRegexp = defineMatcher({
  name: "vars_regexp",
  stateless: true,
  summary: "Matches by regular expressions on variables or placeholders; one match is enough.",
  schema: MapOf(Regexp, "Variable names or placeholders in braces, and the expression for each."),

  provision(config, context) {
    const tests = Object.entries(config).map(([key, regexp]) => {
      const read = compileKey(key, context);
      const test = compileRegexp(regexp, context, [key]);
      return (exchange: Exchange) => test(read(exchange), exchange);
    });
    return { match: (exchange) => tests.some((test) => test(exchange)) };
  },
});

/** What a key reads. Its value is taken as it is: placeholders a client put there stay text. */
function compileKey(key: string, globals: Globals): (exchange: Exchange) => string {
  const [, placeholder] = /^\{([^{}]*)\}$/s.exec(key) ?? [];
  if (placeholder === undefined) return (exchange) => textOf(exchange.variable(key));
  const read = compilePlaceholder(placeholder, globals);
  return (exchange) => read(exchange) ?? "";
}

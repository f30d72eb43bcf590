// The `query` matcher. A query that is not well formed matches nothing, for whoever reads it next
// may read it otherwise.

import { MapOf, Type } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import { defineMatcher } from "../module.js";
import { compileTemplate, type Globals } from "../placeholders.js";
import { isWellFormed } from "../target.js";
import { compileText, exactly } from "./text.js";

/** Matches the parameters of the URI's query. */
export const query = defineMatcher({
  name: "query",
  stateless: true,
  summary: "Matches by parameters of the query; all that are named must match.",
  schema: MapOf(
    Type.Array(Type.String(), {
      description: "Values, of which one must be given; `*` stands for any.",
    }),
    "Parameter names, and the values wanted of each. Without names: the query must be empty.",
  ),

  glance: () => ({}),
  provision(config, context) {
    const entries = Object.entries(config);
    if (entries.length === 0) return { match: ({ query }) => query.size === 0 };
    const tests = entries.map(([name, values]) => compileParameter(name, values, context));
    return {
      match: (exchange) =>
        isWellFormed(exchange.target.query) && tests.every((test) => test(exchange)),
    };
  },
});

function compileParameter(
  parameter: string,
  values: readonly string[],
  globals: Globals,
): (exchange: Exchange) => boolean {
  const name = compileTemplate(parameter, globals, "empty");
  const tests = values.map((text) => compileText(text, globals, anyOrExactly));
  return (exchange) => {
    const found = exchange.query.get(name.constant ?? name.fill(exchange)) ?? [];
    return found.some((value) => tests.some((test) => test(value, exchange)));
  };
}

function anyOrExactly(wanted: string): (found: string) => boolean {
  return wanted === "*" ? () => true : exactly(wanted);
}

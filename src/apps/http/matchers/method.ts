// The `method` matcher.

import { Type } from "../../../schema/index.js";
import { defineMatcher } from "../module.js";

/** Matches the request's method. */
export const method = defineMatcher({
  name: "method",
  stateless: true,
  summary: "Matches by the method of the request.",
  schema: Type.Array(Type.String(), { description: "Methods, of which one must match." }),

  glance: () => ({}),
  provision(config) {
    const methods = new Set(config.map((name) => name.toUpperCase()));
    return { match: (exchange) => methods.has(exchange.method) };
  },
});

// The `not` matcher. It is no hint to the index: what it rules out says little of what it lets in.

import { ModuleMap, Type } from "../../../schema/index.js";
import { defineMatcher } from "../module.js";
import { compileMatcherSets, glanceAtMatcherSets } from "./set.js";

/** Matches what none of its matcher sets match. */
export const not = defineMatcher({
  name: "not",
  stateless: true,
  summary: "Matches when none of its matcher sets does.",
  schema: Type.Array(ModuleMap("http.matchers", "Matchers that rule a request out together."), {
    description: "Matcher sets, none of which may match.",
  }),

  glance: (sets, parts) => glanceAtMatcherSets(parts, sets, []) && {},
  provision(sets, context) {
    const { match } = compileMatcherSets(context, sets, []);
    // An empty list of sets matches everything elsewhere, but here there is nothing to rule out.
    return { match: sets.length === 0 ? () => true : (exchange) => !match(exchange) };
  },
});

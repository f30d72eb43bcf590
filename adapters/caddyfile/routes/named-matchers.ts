// `@name` at the beginning of a line defines a set of matchers: on the same line, in a block, or as
// an expression in quotes.

import type { MatcherSet } from "../contribution.js";
import type { Line } from "../line.js";
import { asExpression, readMatcherSet } from "../matchers/matcher-set.js";

/** Whether a line defines matchers. */
export function isDefinition(line: Line): boolean {
  return line.directive.startsWith("@");
}

/** Read a definition and add it to those that are known here. */
export function defineMatchers(line: Line, known: Map<string, MatcherSet>): void {
  const { directive: name } = line;
  if (known.has(name)) line.name.fail(`matcher is defined more than once: ${name}`);
  const set = line.mark(readSet(line));
  known.set(name, line.scope.run.budget.weigh(set, line.length));
}

function readSet(line: Line): MatcherSet {
  const lines = linesOf(line);
  line.expectEnd();
  return readMatcherSet(lines, line.directive.slice(1));
}

function linesOf(line: Line): readonly Line[] {
  const first = line.peek();
  if (!first?.quoted) return first === undefined ? line.block() : [line.expectLine()];
  line.argument();
  for (const token of line.remaining()) line.warn("is ignored behind an expression", token);
  return [asExpression(first, line)];
}

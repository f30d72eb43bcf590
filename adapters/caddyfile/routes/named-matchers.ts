// `@name` at the beginning of a line defines a set of matchers: on the same line, in a block, or as
// an expression in quotes.

import type { Json } from "../../../src/document/index.js";
import type { MatcherSet } from "../contribution.js";
import { objectOf } from "../json.js";
import { Line } from "../line.js";
import { Token } from "../syntax/token.js";

/** Whether a line defines matchers. */
export function isDefinition(line: Line): boolean {
  return line.directive.startsWith("@");
}

/** Read a definition and add it to those that are known here. */
export function defineMatchers(line: Line, known: Map<string, MatcherSet>): void {
  const { directive: name } = line;
  if (known.has(name)) line.name.fail(`matcher is defined more than once: ${name}`);
  known.set(name, line.mark(readSet(line)));
}

function readSet(line: Line): MatcherSet {
  const set = line.directive.slice(1);
  const byName = new Map<string, [Line, ...Line[]]>();
  for (const inner of linesOf(line)) {
    const same = byName.get(inner.directive);
    if (same === undefined) byName.set(inner.directive, [inner]);
    else same.push(inner);
  }
  line.expectEnd();
  return objectOf([...byName].map(([name, lines]) => [name, readMatcher(name, lines, set)]));
}

function linesOf(line: Line): readonly Line[] {
  const first = line.peek();
  if (first?.quoted) return [asExpression(line, first)];
  return first === undefined ? line.block() : [line.expectLine()];
}

/** Quoted text cannot be the name of a matcher; it is an expression. */
function asExpression(line: Line, text: Token): Line {
  line.argument();
  for (const token of line.remaining()) line.warn("is ignored behind an expression", token);
  const name = new Token("expression", "", text.offset, text.row, text.row, text.origin);
  return new Line([name, text], line.scope);
}

function readMatcher(name: string, lines: readonly [Line, ...Line[]], set: string): Json {
  const matcher = lines[0].scope.run.vocabulary.matchers.get(name);
  if (matcher === undefined) {
    return lines[0].name.fail(
      `getting matcher module '${name}': module not registered: http.matchers.${name}`,
    );
  }
  const read = matcher.read(lines, set);
  for (const line of lines) line.expectEnd();
  return read;
}

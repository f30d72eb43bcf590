// Sets of matchers, as they are written behind a name, `not` or an option: on the same line, in a
// block, or as an expression in quotes. Several lines of one matcher are read as one.

import type { Json } from "../../../src/document/index.js";
import type { MatcherSet } from "../contribution.js";
import { objectOf } from "../json.js";
import { Line } from "../line.js";
import { Token } from "../syntax/token.js";

/** Read lines, of which each names a matcher, as the set with the name (without an `@`). */
export function readMatcherSet(lines: readonly Line[], set: string): MatcherSet {
  const byName = new Map<string, [Line, ...Line[]]>();
  for (const line of lines) {
    const same = byName.get(line.directive);
    if (same === undefined) byName.set(line.directive, [line]);
    else same.push(line);
  }
  return objectOf([...byName].map(([name, same]) => [name, readMatcher(name, same, set)]));
}

/** Read what is left of a line, or its block, as a set that has no name. */
export function readNestedSet(line: Line): MatcherSet {
  return line.mark(readMatcherSet(linesOf(line), ""));
}

/** Take quoted text as the expression it is: it cannot be the name of a matcher. */
export function asExpression(text: Token, { scope }: Line): Line {
  const name = new Token("expression", "", text.offset, text.row, text.row, text.origin);
  return new Line([name, text], scope);
}

function linesOf(line: Line): readonly Line[] {
  const expressions: Line[] = [];
  for (let text = line.peek(); text?.quoted; text = line.peek()) {
    line.argument();
    expressions.push(asExpression(text, line));
  }
  if (line.count > 0) return [...expressions, line.expectLine()];
  return [...expressions, ...line.block().flatMap(withExpression)];
}

/** A line of a block may be an expression in quotes, too. */
function withExpression(line: Line): readonly Line[] {
  return line.name.quoted ? [asExpression(line.name, line), ...linesOf(line)] : [line];
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

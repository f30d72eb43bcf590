// order <directive> first|last
// order <directive> before|after <directive>

import { defineOption } from "../define.js";
import type { Line } from "../line.js";
import { insertBeside } from "../vocabulary.js";

/** Gives a directive a place in the order of routes, or another one than it had. */
export const order = defineOption("order", (line, before) => {
  const { directives, order: standard } = line.scope.run.vocabulary;
  const directive = line.expectArgument("a directive");
  if (!directives.has(directive.text)) {
    directive.fail(`${directive.text} is not a registered directive`);
  }
  const others = (before.order ?? standard).filter((name) => name !== directive.text);
  return { order: placed(line, directive.text, others) };
});

function placed(line: Line, name: string, others: readonly string[]): readonly string[] {
  const position = line.expectArgument("a position");
  switch (position.text) {
    case "first":
      return [name, ...others];
    case "last":
      return [...others, name];
    case "before":
      return insertBeside(others, name, { before: neighbour(line, others) });
    case "after":
      return insertBeside(others, name, { after: neighbour(line, others) });
    default:
      return position.fail(
        `unknown positional '${position.text}'`,
        "write first, last, before or after",
      );
  }
}

function neighbour(line: Line, others: readonly string[]): string {
  const other = line.expectArgument("the directive to stand beside");
  if (!others.includes(other.text)) other.fail(`directive '${other.text}' not found`);
  return other.text;
}

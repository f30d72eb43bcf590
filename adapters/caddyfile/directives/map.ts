// map [<matcher>] <source> <destination...> {
//     [~]<input> <output...>
//     default <output...>
// }

import type { Json, JsonObject } from "../../../src/document/index.js";
import { defineDirective } from "../define.js";
import { omitEmpty } from "../json.js";
import type { Line } from "../line.js";
import { shorthandOf } from "../syntax/shorthands.js";
import type { Token } from "../syntax/token.js";

/** Gives placeholders values that depend on another's value. */
export const map = defineDirective("map", (line) => {
  const match = line.matcher();
  const source = line.expectArgument("a source").text;
  if (line.count === 0) line.fail("missing destination argument(s)");
  const destinations = line.remaining().map(readDestination);
  const mappings: JsonObject[] = [];
  let defaults: readonly string[] | undefined;
  for (const inner of line.block()) {
    if (inner.directive !== "default") mappings.push(readMapping(inner, destinations.length));
    else if (defaults !== undefined) inner.name.fail("defaults already defined");
    else defaults = filled(inner.remainingTexts(), "", destinations.length);
    inner.expectEnd();
  }
  return { match, handle: omitEmpty({ handler: "map", source, destinations, mappings, defaults }) };
});

function readDestination(token: Token): string {
  const shorthand = shorthandOf(token.text);
  if (shorthand === undefined) return token.text;
  return token.fail(`destination ${shorthand} conflicts with a Caddyfile placeholder shorthand`);
}

/** What one input is mapped to; `-` leaves it to the defaults. */
function readMapping(line: Line, count: number): JsonObject {
  const input = line.directive;
  const given = line
    .remaining()
    .map((token): Json => (token.text === "-" ? null : token.toScalar()));
  if (given.length > count) line.fail("too many outputs");
  const outputs = filled(given, null, count);
  const isPattern = input.startsWith("~");
  return line.mark(
    omitEmpty(isPattern ? { input_regexp: input.slice(1), outputs } : { input, outputs }),
  );
}

/** The list, with a value for those that are missing. */
function filled<Value>(list: readonly Value[], missing: Value, length: number): readonly Value[] {
  return [...list, ...Array<Value>(Math.max(0, length - list.length)).fill(missing)];
}

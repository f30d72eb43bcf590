// The `header` matcher. `Host` counts as a field although it is kept apart.

import { MapOf, Type } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import { decodeField } from "../field-text.js";
import { defineMatcher } from "../module.js";
import type { Globals } from "../placeholders.js";
import { compileText, withStars } from "./text.js";

/** Matches the request's header fields. */
export const header = defineMatcher({
  name: "header",
  stateless: true,
  summary: "Matches by header fields; all that are named must match.",
  schema: MapOf(
    Type.Union([Type.Array(Type.String()), Type.Null()], {
      description:
        "Values, of which one must match: `exact`, `prefix*`, `*suffix`, `*substring*`. " +
        "An empty list: the field is there. Null: it is not there.",
    }),
    "Field names, and what is wanted of each.",
  ),

  glance: () => ({}),
  provision(config, context) {
    const tests = Object.entries(config).map(([name, values]) =>
      compileField(name, values, context),
    );
    return { match: (exchange) => tests.every((test) => test(exchange)) };
  },
});

/** All values of a field as text, `Host` included. */
export function valuesOf(exchange: Exchange, lowerCaseName: string): readonly string[] {
  if (lowerCaseName !== "host") return exchange.headers.values(lowerCaseName).map(decodeField);
  return exchange.hostport === "" ? [] : [exchange.hostport];
}

function compileField(
  field: string,
  wanted: readonly string[] | null,
  globals: Globals,
): (exchange: Exchange) => boolean {
  const name = field.toLowerCase();
  if (wanted === null) return (exchange) => valuesOf(exchange, name).length === 0;
  if (wanted.length === 0) return (exchange) => valuesOf(exchange, name).length > 0;
  const tests = wanted.map((text) => compileText(text, globals, withStars));
  return (exchange) =>
    valuesOf(exchange, name).some((value) => tests.some((test) => test(value, exchange)));
}

// The filters of the `filter` encoder, each for one field of the log. Several regular expressions
// for the same field become one filter, which applies them in turn.

import type { JsonObject } from "../../../src/document/index.js";
import { objectOf } from "../json.js";
import type { Line } from "../line.js";
import { expectOperation } from "./operations.js";

const NAMESPACE = "caddy.logging.encoders.filter";

/** A filter and the line it was read from, whose name is the field's. */
interface FieldFilter {
  readonly line: Line;
  readonly filter: JsonObject;
}

// <field> <filter> …
/** Read lines, of which each is a field and its filter, as filters by their fields. */
export function readFilters(lines: readonly Line[]): JsonObject {
  const byField = new Map<string, FieldFilter[]>();
  for (const line of lines) {
    const { directive: field } = line;
    const filters = byField.get(field) ?? [];
    const own = { line, filter: line.inlineModule(NAMESPACE, "filter") };
    const [first] = filters;
    if (first !== undefined && !isExpression(own)) refuseSecond(isExpression(first), own);
    // Regular expressions take the place of any other filter that was there before.
    byField.set(field, first !== undefined && isExpression(first) ? [...filters, own] : [own]);
  }
  return objectOf([...byField].map(([field, filters]) => [field, combined(filters)]));
}

/** Only regular expressions can be several. */
function refuseSecond(hasExpressions: boolean, { line }: FieldFilter): never {
  const { directive: field, name } = line;
  return name.fail(
    hasExpressions
      ? `cannot mix regexp filters with other filter types for field ${field}`
      : `field ${field} already has a filter; multiple non-regexp filters per field are not supported`,
  );
}

function isExpression({ filter }: FieldFilter): boolean {
  return filter.filter === "regexp";
}

function combined(filters: readonly FieldFilter[]): JsonObject {
  const [first] = filters;
  if (first === undefined || filters.length === 1) return first?.filter ?? {};
  const operations = filters.map(({ line, filter: { filter: _, ...operation } }, index) => {
    expectOperation(line.name, operation, index);
    return operation;
  });
  return first.line.mark({ filter: "multi_regexp", operations });
}

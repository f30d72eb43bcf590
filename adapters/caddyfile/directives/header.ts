// header [<matcher>] [[+|-|?|>]<field> [<value|regexp> [<replacement>]]] {
//     [+|-|?|>]<field> [<value|regexp> [<replacement>]]
//     defer
//     match <response matcher>
// }

import type { JsonObject } from "../../../src/document/index.js";
import { append } from "../append.js";
import type { HandlerContribution, MatcherSet } from "../contribution.js";
import { defineDirective } from "../define.js";
import { objectOf } from "../json.js";
import type { Line } from "../line.js";
import { readResponseMatcher } from "../matchers/response-matcher.js";
import { type HeaderOperation, headerFields, headerOperation } from "./header-operations.js";

/** Changes header fields of responses: of all, or only of those that match. */
export const header = defineDirective("header", (line) => {
  const match = line.matcher();
  const inline = readInline(line);
  const { operations, defer, require } = readBlock(line, inline !== undefined);
  if (inline !== undefined) return change(match, [inline], defer, require);

  // Defaults are for responses that lack the field, so they are a handler of their own.
  const others = operations.filter(({ kind }) => kind !== "default");
  const defaults = operations.filter(({ kind }) => kind === "default");
  return [...change(match, others, defer, require), ...change(match, defaults)];
});

/** The handler for these operations; none, when there is nothing it would do. */
function change(
  match: MatcherSet | undefined,
  operations: readonly HeaderOperation[],
  defer = false,
  require = absenceOf(operations),
): readonly HandlerContribution[] {
  const deferred = defer || operations.some((operation) => operation.deferred);
  if (operations.length === 0 && !deferred && require === undefined) return [];
  const response = {
    ...headerFields(operations),
    ...(deferred ? { deferred } : {}),
    ...(require === undefined ? {} : { require }),
  };
  return [{ match, handle: { handler: "headers", response } }];
}

/** Matches the responses that have none of the fields that are given defaults. */
function absenceOf(operations: readonly HeaderOperation[]): JsonObject | undefined {
  const defaults = operations.filter(({ kind }) => kind === "default");
  if (defaults.length === 0) return undefined;
  return { headers: objectOf(defaults.map(({ field }) => [field, null])) };
}

function readInline(line: Line): HeaderOperation | undefined {
  const field = line.argument()?.text;
  if (field === undefined) return undefined;
  const operation = headerOperation(field, line.argument()?.text, line.argument()?.text);
  line.ignoreArguments();
  return operation;
}

interface Block {
  readonly operations: readonly HeaderOperation[];
  readonly defer: boolean;
  readonly require: JsonObject | undefined;
}

function readBlock(line: Line, hasInline: boolean): Block {
  const operations: HeaderOperation[] = [];
  let defer = false;
  let require: JsonObject | undefined;
  for (const inner of line.block()) {
    if (inner.directive === "defer") defer = true;
    else if (inner.directive === "match") require = readResponseMatcher(inner);
    else if (hasInline) inner.name.fail("cannot specify headers in both arguments and block");
    else append(operations, readFields(inner));
    inner.expectEnd();
  }
  return { operations, defer, require };
}

/** The fields of a line. To Caddy, what follows a replacement is the next field. */
function readFields(line: Line): readonly HeaderOperation[] {
  const tokens = [line.name, ...line.remaining()];
  const fields: HeaderOperation[] = [];
  for (let at = 0; at < tokens.length; at += 3) {
    const [name = line.name, value, replacement] = tokens.slice(at, at + 3);
    if (at > 0) line.warn(`'${name.text}' is another field: quote a value that has spaces`, name);
    // Many write the colon that ends the name in HTTP.
    fields.push(headerOperation(name.text.replace(/:$/, ""), value?.text, replacement?.text));
  }
  return fields;
}

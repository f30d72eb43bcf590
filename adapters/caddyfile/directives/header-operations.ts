// What is done to header fields. `header`, `request_header`, `header_up` and `header_down` write it
// alike: a field with a sign in front, a value, and for a part of the value what replaces it.

import { type Json, type JsonObject, setKey } from "../../../src/document/index.js";
import { canonicalHeader } from "../header-name.js";
import { omitEmpty } from "../json.js";

/** One change of one header field. */
export interface HeaderOperation {
  /** `default` sets the field in responses that do not have it. */
  readonly kind: "add" | "set" | "delete" | "replace" | "default";
  /** The name as written, without its sign. */
  readonly field: string;
  /** What is added or set; for `replace`, the regular expression that finds what is replaced. */
  readonly value: string;
  /** What stands there instead; for `replace` only. */
  readonly replacement: string;
  /** Whether it is for the time when the response is written, as the handlers before it set it. */
  readonly deferred: boolean;
}

/**
 * Understand an operation: `+field` adds, `-field` deletes, `?field` is a default, `>field` sets
 * when the response is written. A replacement makes the value a regular expression.
 */
export function headerOperation(signed: string, value = "", replacement?: string): HeaderOperation {
  const sign = signed.charAt(0);
  const field = signed.slice(1);
  if (sign === "+") return operation("add", field, value);
  if (sign === "-") return operation("delete", field, value, true);
  if (sign === "?") return operation("default", field, value);
  const deferred = sign === ">";
  if (replacement !== undefined) {
    return operation("replace", signed.replace(/^[-+?>]+/, ""), value, deferred, replacement);
  }
  return operation("set", deferred ? field : signed, value, deferred);
}

function operation(
  kind: HeaderOperation["kind"],
  field: string,
  value: string,
  deferred = false,
  replacement = "",
): HeaderOperation {
  return { kind, field, value, replacement, deferred };
}

/** Why an operation on anything else than a response is refused; undefined when it is not. */
export function refusalOf({ kind, field }: HeaderOperation): string | undefined {
  if (kind !== "default") return undefined;
  return `?${field}: the default header modifier ('?') can only be used on response headers; for conditional manipulation of request headers, use matchers`;
}

/** Operations as the `headers` handler has them, under `add`, `set`, `delete` and `replace`. */
export function headerFields(operations: Iterable<HeaderOperation>): JsonObject {
  const fields: Record<"add" | "set" | "replace", Record<string, Json[]>> & { delete: string[] } = {
    add: {},
    set: {},
    delete: [],
    replace: {},
  };
  for (const { kind, field, value, replacement } of operations) {
    if (kind === "add") append(fields.add, canonicalHeader(field), value);
    else if (kind === "delete") fields.delete.push(field);
    else if (kind === "replace") {
      append(fields.replace, field, omitEmpty({ search_regexp: value, replace: replacement }));
    } else setKey(fields.set, canonicalHeader(field), [value]);
  }
  return omitEmpty(fields);
}

function append(lists: Record<string, Json[]>, key: string, value: Json): void {
  if (Object.hasOwn(lists, key)) lists[key]?.push(value);
  else setKey(lists, key, [value]);
}

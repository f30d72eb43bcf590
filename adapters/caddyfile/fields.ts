// Blocks whose lines each give fields of one object. A table says how each line is read.

import type { Json, JsonArray, JsonObject } from "../../src/document/index.js";
import { append } from "./append.js";
import type { Line } from "./line.js";
import { toBytes, toDuration } from "./values.js";

/** How a line is read. `before` are the fields that the lines above it gave. */
export type FieldReader = (line: Line, before: JsonObject) => JsonObject;

/** The lines that a block may have, by their names. */
export type FieldTable = Readonly<Record<string, FieldReader>>;

/** Read a block as the fields that its lines give. `refusal` is for a line of another name. */
export function readFields(
  line: Line,
  table: FieldTable,
  refusal = (name: string) => `unrecognized subdirective ${name}`,
): JsonObject {
  let fields: JsonObject = {};
  for (const inner of line.block()) {
    const { directive: name } = inner;
    const read = Object.hasOwn(table, name) ? table[name] : undefined;
    if (read === undefined) return inner.name.fail(refusal(name));
    fields = { ...fields, ...read(inner, fields) };
    inner.expectEnd();
  }
  return fields;
}

/** A field that is true when its line is there. */
export function flag(key: string, value = true): FieldReader {
  return () => ({ [key]: value });
}

/** A field of one text. */
export function text(key: string): FieldReader {
  return (line) => ({ [key]: line.expectArgument().text });
}

/** A field of one or more texts, which replace those of a line above. */
export function texts(key: string): FieldReader {
  return (line) => ({ [key]: line.expectRemaining().map((token) => token.text) });
}

/** A field of one whole number. `name` is what an error calls it. */
export function integer(key: string, name = key): FieldReader {
  return (line) => ({ [key]: line.expectArgument().toInteger(name) });
}

/** A field of one length of time. `name` is what an error calls it. */
export function duration(key: string, name = key): FieldReader {
  return (line) => ({ [key]: toDuration(line.expectArgument(), name) });
}

/** A field of one number of bytes. `name` is what an error calls it. */
export function bytes(key: string, name = key): FieldReader {
  return (line) => ({ [key]: toBytes(line.expectArgument(), name) });
}

/** A field of one or more texts or other values: each line adds to those of the lines above. */
export function adding(
  key: string,
  read: (line: Line, known: JsonArray) => readonly Json[],
): FieldReader {
  return (line, before) => {
    const known = before[key] as Json[] | undefined;
    if (known === undefined) return { [key]: [...read(line, [])] };
    // The list was made here, and nobody has it before the block is read: it may grow in place.
    append(known, read(line, known));
    return {};
  };
}

// Blocks whose lines give fields of several objects that stand in one another: `tls_timeout` one of
// the object in the field `tls`, its neighbour one of the object itself. Tables say which.

import { isObject, type Json, type JsonObject } from "../../src/document/index.js";
import type { FieldReader } from "./fields.js";
import { omitEmpty } from "./json.js";
import type { Line } from "./line.js";
import type { Token } from "./syntax/token.js";
import { parseBytes, parseDuration } from "./values.js";

/** How a line is read whose items are added to those of the lines above. */
export interface ListReader {
  readonly field: string;
  readonly items: (line: Line) => readonly Json[];
}

/** The lines that give fields of one object, by their names. */
export type SectionTable = Readonly<Record<string, FieldReader | ListReader>>;

/** All lines that a block may have, and which object each of them is about. */
export type Sections = ReadonlyMap<string, Word>;

interface Word {
  readonly path: string;
  readonly reader: FieldReader | ListReader;
}

/**
 * Tables by the paths of the objects that they are about: `""` is the whole, `tls` the object in its
 * field `tls`, `health_checks.active` one that is deeper. Such an object is there as soon as one
 * line is about it, even if it says nothing.
 */
export function defineSections(tables: Readonly<Record<string, SectionTable>>): Sections {
  const words = new Map<string, Word>();
  for (const [path, table] of Object.entries(tables)) {
    for (const [name, reader] of Object.entries(table)) words.set(name, { path, reader });
  }
  return words;
}

/** What is not the same for all blocks. */
export interface SectionChoices {
  /** What holds until a line says something else, by the paths of objects. */
  readonly preset?: Readonly<Record<string, JsonObject>>;
  /** Refuses a line that is not in the tables. */
  readonly refuse?: (line: Line) => never;
}

const NO_PRESET: NonNullable<SectionChoices["preset"]> = {};

/** Read lines as the object that they are about. Fields that say nothing are left out. */
export function readSections(
  lines: readonly Line[],
  sections: Sections,
  { preset = NO_PRESET, refuse = (line) => line.unrecognized() }: SectionChoices = {},
): JsonObject {
  if (lines.length === 0 && preset === NO_PRESET) return {};
  const objects = new Map<string, Record<string, Json>>();
  for (const path in preset) objects.set(path, { ...preset[path] });
  for (const line of lines) {
    const { path, reader } = sections.get(line.directive) ?? refuse(line);
    const fields = objects.get(path) ?? {};
    objects.set(path, fields);
    if (typeof reader === "function") Object.assign(fields, reader(line, fields));
    else append(fields, reader, line);
    line.expectEnd();
  }
  let whole: JsonObject = {};
  for (const [path, fields] of objects) whole = insert(whole, path, withoutEmpty(fields));
  return whole;
}

/** A field of one whole number. `refusal` introduces one that is wrong. */
export function count(field: string, refusal: string): FieldReader {
  return (line) => ({ [field]: expectCount(line, refusal) });
}

/** A field of one length of time. `refusal` introduces one that is wrong. */
export function time(field: string, refusal: string): FieldReader {
  return (line) => ({ [field]: expectTime(line, refusal) });
}

/** A field of one number of bytes. `refusal` introduces one that is wrong. */
export function size(field: string, refusal: string): FieldReader {
  return (line) => ({ [field]: expectSize(line, refusal) });
}

/** Take a whole number; `refusal` introduces one that is wrong. */
export function expectCount(line: Line, refusal: string): number {
  return toCount(line.expectArgument("a number"), refusal);
}

/** A whole number; `refusal` introduces one that is wrong. */
export function toCount(token: Token, refusal: string): number {
  if (/^[+-]?\d+$/.test(token.text)) return token.toInteger();
  return token.fail(`${refusal} '${token.text}'`, "it must be a whole number");
}

/** Take a length of time; `refusal` introduces one that is wrong. */
export function expectTime(line: Line, refusal: string): number {
  const token = line.expectArgument("a duration");
  const length = parseDuration(token.text);
  return length ?? token.fail(`${refusal} '${token.text}'`, 'write "30s" or "1h30m"');
}

/** Take a number of bytes; `refusal` introduces one that is wrong. */
export function expectSize(line: Line, refusal: string): number {
  const token = line.expectArgument("a size");
  const bytes = parseBytes(token.text);
  return bytes ?? token.fail(`${refusal} '${token.text}'`, 'write "512KB" or "10MiB"');
}

/** Lists grow in place, as a block may have any number of lines. */
function append(fields: Record<string, Json>, { field, items }: ListReader, line: Line): void {
  const list = (fields[field] ?? []) as Json[];
  fields[field] = list;
  for (const item of items(line)) list.push(item);
}

/** What is empty says nothing. What is false does: somebody switched it off. */
function withoutEmpty(fields: JsonObject): JsonObject {
  const off = Object.keys(fields).filter((field) => fields[field] === false);
  return omitEmpty(fields, off);
}

function insert(whole: JsonObject, path: string, fields: JsonObject): JsonObject {
  if (path === "") return { ...whole, ...fields };
  const [, step = "", rest = ""] = /^([^.]+)\.?(.*)$/.exec(path) ?? [];
  const inner = whole[step];
  return { ...whole, [step]: insert(isObject(inner) ? inner : {}, rest, fields) };
}

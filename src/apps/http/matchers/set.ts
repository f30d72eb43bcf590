// Matcher sets: `[{"host": […], "path": […]}, {…}]`. All matchers of one set must match, and one of
// the sets. They become one function, and one hint to the routing index.

import {
  isObject,
  type Json,
  type JsonArray,
  type JsonObject,
  type Path,
} from "../../../document/index.js";
import type { Context, Glance } from "../../../engine/index.js";
import type { Exchange } from "../exchange.js";
import type { Matcher, MatcherIndex } from "../module.js";

/** Compiled matcher sets. */
export interface MatcherSets {
  match(exchange: Exchange): boolean;
  /** What can match at all; a list that is absent says nothing. */
  readonly index: MatcherIndex;
}

/**
 * Matchers that look at a request and change nothing, the cheapest first. When a set has only
 * these, nobody can tell in which order they were asked. Others may capture, and keep their order.
 */
const CHEAPEST_FIRST: readonly string[] = [
  "protocol",
  "method",
  "host",
  "path",
  "remote_ip",
  "client_ip",
  "header",
  "query",
  "vars",
];

/**
 * Asks the disk and may fail the request, so it comes last, and only when all others match. It may
 * also use what they captured.
 */
const LAST = "file";
/** What it tells in turn. */
const TOLD_LAST = "{http.matchers.file.";

/** The index of matcher sets, if they can be glanced at. */
export function glanceAtMatcherSets(
  parts: Glance,
  sets: JsonArray,
  at: Path,
): MatcherIndex | undefined {
  const indexes: MatcherIndex[] = [];
  for (let i = 0; i < sets.length; i++) {
    const set = sets[i];
    const index = isObject(set) ? glanceAtSet(parts, set, at.concat(String(i))) : undefined;
    if (index === undefined) return undefined;
    indexes.push(index);
  }
  const [only] = indexes;
  if (only === undefined) return {};
  return indexes.length === 1 ? only : anyOf(indexes);
}

function glanceAtSet(parts: Glance, set: JsonObject, at: Path): MatcherIndex | undefined {
  const indexes: MatcherIndex[] = [];
  for (const name of inOrder(set)) {
    const index = parts.named<MatcherIndex>("http.matchers", name, set[name] as Json, at);
    if (index === undefined) return undefined;
    indexes.push(index);
  }
  return allOf(indexes);
}

/** Provision matcher sets, which stand at `at` in the module's node. No sets match everything. */
export function compileMatcherSets(context: Context, sets: JsonArray, at: Path): MatcherSets {
  return oneOf(sets.map((set, i) => compileSet(context, set, at.concat(String(i)))));
}

function oneOf(sets: readonly MatcherSets[]): MatcherSets {
  const [only] = sets;
  if (only === undefined) return { match: () => true, index: {} };
  if (sets.length === 1) return only;
  return {
    match: (exchange) => sets.some((set) => set.match(exchange)),
    index: anyOf(sets.map((set) => set.index)),
  };
}

function compileSet(context: Context, set: Json, at: Path): MatcherSets {
  if (!isObject(set)) return context.fail(at, "a matcher set is an object of matchers");
  const compile = (name: string) =>
    context.named<Matcher>("http.matchers", name, set[name] as Json, at.concat(name));
  return together(inOrder(set).map(compile));
}

/** Matchers as a set. What it keeps is these: a context would keep what led to it. */
function together(matchers: readonly Matcher[]): MatcherSets {
  const index = allOf(matchers.map((matcher) => matcher.index ?? {}));
  const [only] = matchers;
  if (only === undefined) return { match: () => true, index };
  if (matchers.length === 1) return { match: (exchange) => only.match(exchange), index };
  return { match: (exchange) => matchers.every((matcher) => matcher.match(exchange)), index };
}

function inOrder(set: JsonObject): readonly string[] {
  const names = Object.keys(set);
  if (names.length < 2) return names;
  if (names.includes(LAST)) return lastInOrder(set, names);
  const rank = (name: string) => CHEAPEST_FIRST.indexOf(name);
  return names.every((name) => rank(name) >= 0)
    ? names.toSorted((a, b) => rank(a) - rank(b))
    : names;
}

/** As written, where another asks for what the last one tells. */
function lastInOrder(set: JsonObject, names: readonly string[]): readonly string[] {
  const { [LAST]: last, ...others } = set;
  if (JSON.stringify(others).includes(TOLD_LAST)) return names;
  return [...inOrder(others), LAST];
}

/** Where all must match, the first that knows something says enough. */
function allOf(indexes: readonly MatcherIndex[]): MatcherIndex {
  const hosts = indexes.find((index) => index.hosts)?.hosts;
  const { paths, prefixes } = indexes.find(knowsPaths) ?? {};
  return hint(hosts, paths, prefixes);
}

/** Where one is enough, all must know; then what can match is what any of them can match. */
function anyOf(indexes: readonly MatcherIndex[]): MatcherIndex {
  const hosts = indexes.every((index) => index.hosts)
    ? union(indexes.map((index) => index.hosts))
    : undefined;
  if (!indexes.every(knowsPaths)) return hint(hosts, undefined, undefined);
  return hint(
    hosts,
    union(indexes.map((index) => index.paths)),
    union(indexes.map((index) => index.prefixes)),
  );
}

function knowsPaths({ paths, prefixes }: MatcherIndex): boolean {
  return paths !== undefined || prefixes !== undefined;
}

function union(lists: readonly (readonly string[] | undefined)[]): readonly string[] {
  return [...new Set(lists.flatMap((list) => list ?? []))];
}

function hint(
  hosts: readonly string[] | undefined,
  paths: readonly string[] | undefined,
  prefixes: readonly string[] | undefined,
): MatcherIndex {
  return {
    ...(hosts && { hosts }),
    ...(paths && { paths }),
    ...(prefixes && { prefixes }),
  };
}

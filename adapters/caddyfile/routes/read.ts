// Reading a block of directives: its named matchers first, then each directive in turn, and what
// they give made into routes.

import { ParseError } from "../../../src/document/index.js";
import {
  type Contribution,
  isRouted,
  type MatcherSet,
  type Route,
  routeWith,
} from "../contribution.js";
import type { Directive, Line, Scope } from "../line.js";
import { consolidate, type Placed } from "./consolidate.js";
import { type Entry, type RoutedEntry, routesOf } from "./entry.js";
import { defineMatchers, isDefinition } from "./named-matchers.js";
import { ranksOf, sortEntries } from "./sort.js";

/** Directives of which only the first that matches is run; by name, as their groups are numbered. */
const EXCLUSIVE = ["handle", "rewrite", "root"];

/** Read the block of a line as routes in the order of their directives. */
export function readRoutes(line: Line): readonly Route[] {
  const entries = readEntries(line).map(expectOrdered(line.scope));
  return buildRoutes(sortEntries(entries, line.scope), line.scope);
}

/** Read the block of a line as routes in the order in which they are written. */
export function readRoutesAsWritten(line: Line): readonly Route[] {
  const entries = readEntries(line).map((entry) => {
    if (isRoutedEntry(entry)) return entry;
    return entry.token.fail(
      `${entry.directive} directive returned something other than an HTTP route or subroute (only handler directives can be used in routes)`,
    );
  });
  return buildRoutes(entries, line.scope);
}

/** Read the block of a line as the directives in it. */
export function readEntries(line: Line): readonly Entry[] {
  line.expectEndOfLine();
  const entries: Entry[] = [];
  for (const inner of withMatchers(line.block(), line.scope)) {
    readDirective(inner, entries, MISPLACED);
  }
  return entries;
}

const MISPLACED = " - are you sure your Caddyfile structure (nesting and braces) is correct?";

/** The directives among the lines of a block, which see the matchers that others of them define. */
function withMatchers(lines: readonly Line[], outer: Scope): readonly Line[] {
  if (!lines.some(isDefinition)) return lines;
  const matchers = new Map<string, MatcherSet>(outer.matchers);
  for (const line of lines) if (isDefinition(line)) defineMatchers(line, matchers);
  const scope = { ...outer, matchers };
  return lines.filter((line) => !isDefinition(line)).map((line) => line.in(scope));
}

/**
 * Read one line as the directive that it names, and add what it gives to `entries`. `advice` is what
 * to say of a directive that there is not, behind its name.
 */
export function readDirective(line: Line, entries: Entry[], advice = ""): void {
  const { directive: name, name: token } = line;
  const directive =
    line.scope.run.vocabulary.directives.get(name) ??
    token.fail(`unrecognized directive: ${name}${advice}`);
  const sorted = name === "handle_path" ? "handle" : name;
  for (const given of contributionsOf(line, directive)) {
    entries.push({ directive: sorted, token, given });
  }
}

/** Make routes of entries, in their order. */
export function buildRoutes(entries: readonly RoutedEntry[], scope: Scope): readonly Route[] {
  const groups = groupsFor(entries, scope);
  const { marks } = scope.run;
  const placed: Placed[] = [];
  for (const entry of entries) {
    const { token } = entry;
    const group = groups.get(entry.directive);
    for (const route of routesOf(entry)) {
      for (const handler of route.handle ?? []) marks.markOnce(handler, token);
      placed.push({ token, route: group === undefined ? route : inGroup(group, route) });
    }
  }
  return consolidate(placed, marks);
}

/** A route in a group, unless it has one of its own. */
function inGroup(group: string, { group: own = group, match, handle, terminal }: Route): Route {
  return routeWith(own, match, handle, terminal);
}

/** Refuse what has no place among the routes of a block that is sorted. */
export function expectOrdered(scope: Scope): (entry: Entry) => RoutedEntry {
  const ranks = ranksOf(scope);
  return (entry) => {
    if (isRoutedEntry(entry) && ranks.has(entry.directive)) return entry;
    return entry.token.fail(
      `directive '${entry.directive}' is not an ordered HTTP handler, so it cannot be used here - try placing within a route block or using the order global option`,
    );
  };
}

/** Whether an entry becomes routes where it stands. */
export function isRoutedEntry(entry: Entry): entry is RoutedEntry {
  return isRouted(entry.given);
}

function contributionsOf(line: Line, directive: Directive): readonly Contribution[] {
  try {
    const given = directive.read(line);
    line.expectEnd();
    return Array.isArray(given) ? given : [given as Contribution];
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const reason = `parsing caddyfile tokens for '${directive.name}': ${error.reason}`;
    throw new ParseError(reason, error.place);
  }
}

/**
 * The groups of directives that exclude each other. `rewrite` has one even when there is one alone,
 * or none: a group keeps it from becoming one route with its neighbours, which match what was.
 */
function groupsFor(
  entries: readonly RoutedEntry[],
  { groups }: Scope,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const name of EXCLUSIVE) {
    let count = name === "rewrite" ? 2 : 0;
    for (const { directive } of entries) if (directive === name) count++;
    if (count > 1) names.set(name, `group${groups.next()}`);
  }
  return names;
}

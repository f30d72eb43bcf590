// Reading a block of directives: its named matchers first, then each directive in turn, and what
// they give made into routes.

import { ParseError } from "../../../src/document/index.js";
import { type Contribution, isRouted, type MatcherSet, type Route } from "../contribution.js";
import type { Directive, Line, Scope } from "../line.js";
import { consolidate } from "./consolidate.js";
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
  const lines = line.block();
  const matchers = new Map<string, MatcherSet>(line.scope.matchers);
  const scope = { ...line.scope, matchers };
  for (const definition of lines.filter(isDefinition)) defineMatchers(definition, matchers);
  return lines
    .filter((inner) => !isDefinition(inner))
    .flatMap((inner) =>
      readDirective(
        inner.in(scope),
        "are you sure your Caddyfile structure (nesting and braces) is correct?",
      ),
    );
}

/** Read one line as the directive that it names. `advice` is for one that there is not. */
export function readDirective(line: Line, advice?: string): readonly Entry[] {
  const { directive: name } = line;
  const directive = line.scope.run.vocabulary.directives.get(name);
  if (directive === undefined) {
    const more = advice === undefined ? "" : ` - ${advice}`;
    return line.name.fail(`unrecognized directive: ${name}${more}`);
  }
  return contributionsOf(line, directive).map((given) => ({
    directive: name === "handle_path" ? "handle" : name,
    token: line.name,
    given,
  }));
}

/** Make routes of entries, in their order. */
export function buildRoutes(entries: readonly RoutedEntry[], scope: Scope): readonly Route[] {
  const groups = groupsFor(entries, scope);
  const { marks } = scope.run;
  const placed = entries.flatMap((entry) => {
    const group = groups.get(entry.directive);
    return routesOf(entry).map((route) => {
      for (const handler of route.handle ?? []) marks.markOnce(handler, entry.token);
      return { token: entry.token, route: group === undefined ? route : { group, ...route } };
    });
  });
  return consolidate(placed, marks);
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
  for (const directive of EXCLUSIVE) {
    const count = entries.reduce((sum, entry) => sum + Number(entry.directive === directive), 0);
    if (count > 1 || directive === "rewrite") names.set(directive, `group${groups.next()}`);
  }
  return names;
}

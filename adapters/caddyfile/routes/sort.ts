// The order of routes in a site: by their directives first; of one directive, the more specific
// path first, and what matches something before what matches everything.

import type { Route } from "../contribution.js";
import { type RoutedEntry, routeOf } from "./entry.js";
import { stableSort } from "./stable-sort.js";

/** What is compared, worked out once for each entry. */
interface Ranked {
  readonly entry: RoutedEntry;
  readonly rank: number;
  readonly route: Route | undefined;
  /** The one path it matches, without the `*` at its end; undefined when there is none, or more. */
  readonly path: string | undefined;
  readonly trimmed: string;
}

/** Sort the entries of one block. `ranks` are the places of the directives. */
export function sortEntries(
  entries: readonly RoutedEntry[],
  ranks: ReadonlyMap<string, number>,
): readonly RoutedEntry[] {
  if (entries.length < 2) return entries;
  const ranked = entries.map((entry) => rankOf(entry, ranks));
  stableSort(ranked, comesBefore);
  return ranked.map(({ entry }) => entry);
}

function rankOf(entry: RoutedEntry, ranks: ReadonlyMap<string, number>): Ranked {
  const route = routeOf(entry);
  const path = onlyPath(route);
  const trimmed = path?.endsWith("*") ? path.slice(0, -1) : (path ?? "");
  return { entry, rank: ranks.get(entry.directive) ?? 0, route, path, trimmed };
}

function comesBefore(a: Ranked, b: Ranked): boolean {
  if (a.entry.directive !== b.entry.directive) return a.rank < b.rank;
  if (a.route === undefined || b.route === undefined) return false;
  const before = isMoreSpecific(a, b);
  // What sets variables goes the other way round: the last one wins.
  return a.entry.directive === "vars" ? !before : before;
}

function isMoreSpecific(a: Ranked, b: Ranked): boolean {
  if (a.path === undefined || b.path === undefined) return matches(a.route) && !matches(b.route);
  if (a.trimmed === b.trimmed) return a.path.length < b.path.length;
  if (a.trimmed.length === b.trimmed.length) return a.trimmed < b.trimmed;
  return a.trimmed.length > b.trimmed.length;
}

function matches(route: Route | undefined): boolean {
  return (route?.match?.length ?? 0) > 0;
}

function onlyPath(route: Route | undefined): string | undefined {
  if (route?.match?.length !== 1) return undefined;
  const paths = route.match[0]?.path;
  if (!Array.isArray(paths) || paths.length !== 1) return undefined;
  const [path] = paths as readonly unknown[];
  return typeof path === "string" && path !== "" ? path : undefined;
}

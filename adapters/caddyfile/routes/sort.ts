// The order of routes in a site: by their directives first; of one directive, the more specific
// path first, and what matches something before what matches everything.

import { byteLength, compare } from "../compare.js";
import type { Route } from "../contribution.js";
import type { Scope } from "../line.js";
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
  /** How long `trimmed` is. */
  readonly length: number;
}

/**
 * Sort the entries of one block. Each server that has a site sorts what the one before it sorted,
 * so for the second one it is done `times` two.
 */
export function sortEntries(
  entries: readonly RoutedEntry[],
  scope: Scope,
  times = 1,
): readonly RoutedEntry[] {
  if (entries.length < 2) return entries;
  const ranks = ranksOf(scope);
  if (isInOrder(entries, ranks)) return entries;
  const ranked = entries.map((entry) => rankOf(entry, ranks));
  return stableSort(ranked, comesBefore, times).map(({ entry }) => entry);
}

/** Whether no two are of one directive, and each directive has its place behind the one before. */
function isInOrder(entries: readonly RoutedEntry[], ranks: ReadonlyMap<string, number>): boolean {
  let last = -1;
  return entries.every(({ directive }) => {
    const rank = ranks.get(directive) ?? -1;
    const isBehind = rank > last;
    last = rank;
    return isBehind;
  });
}

const ranksByOrder = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** The place of each directive that has one. */
export function ranksOf({ run }: Scope): ReadonlyMap<string, number> {
  const order = run.options.order ?? run.vocabulary.order;
  let ranks = ranksByOrder.get(order);
  if (ranks === undefined) {
    ranks = new Map(order.map((name, rank) => [name, rank]));
    ranksByOrder.set(order, ranks);
  }
  return ranks;
}

function rankOf(entry: RoutedEntry, ranks: ReadonlyMap<string, number>): Ranked {
  const route = routeOf(entry);
  const path = onlyPath(route);
  const trimmed = path?.endsWith("*") ? path.slice(0, -1) : (path ?? "");
  const rank = ranks.get(entry.directive) ?? 0;
  return { entry, rank, route, path, trimmed, length: byteLength(trimmed) };
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
  return a.length === b.length ? compare(a.trimmed, b.trimmed) < 0 : a.length > b.length;
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

// The routing index: which routes of a list can match a request at all. A route is found by a host
// or a path that its matchers name; what names neither is always a candidate. An edit of the list
// updates the entries of the routes it touches and shares the rest.

import { LayeredMap, type Sequence, type Slot, type Spliced } from "../../document/index.js";
import type { Part } from "../../engine/index.js";
import type { Exchange } from "./exchange.js";
import { comparablePath } from "./matchers/index.js";
import type { MatcherIndex } from "./module.js";

/** What the table must know of a route. */
export interface Indexed {
  readonly index: MatcherIndex;
}

/** A route's place in its list. */
export type Entry<R> = Slot<Part<R, Indexed>>;

/** Entries in the order of their routes. */
type Bucket<R> = readonly Entry<R>[];

/** Routes of one host that are more than this get a table by path of their own. */
const LARGE_BUCKET = 16;

/** An immutable index over a list of routes. */
export class RouteTable<R> {
  readonly #byPath = new WeakMap<Bucket<R>, RouteTable<R>>();

  private constructor(
    private readonly buckets: LayeredMap<Bucket<R>>,
    /** Whether entries are found by host, or only by path. */
    private readonly useHosts: boolean,
    /** How long the path prefixes are that entries are found by. */
    private readonly prefixLengths: readonly number[],
    /** Whether any entry is found by a wildcard host. */
    private readonly hasWildcards: boolean,
  ) {}

  /** The table of all routes of a list. */
  static of<R>(entries: Iterable<Entry<R>>, useHosts = true): RouteTable<R> {
    const buckets = new Map<string, Entry<R>[]>();
    const keys = new KeySummary([], false);
    for (const entry of entries) {
      for (const key of keys.note(keysOf(entry.value.outline.index, useHosts))) {
        const bucket = buckets.get(key);
        if (bucket) bucket.push(entry);
        else buckets.set(key, [entry]);
      }
    }
    return new RouteTable(LayeredMap.of(buckets), useHosts, keys.prefixLengths, keys.hasWildcards);
  }

  /** The table of a list that came from this one's by a splice. */
  spliced(by: Spliced<Part<R, Indexed>>): RouteTable<R> {
    const changed = new Map<string, Entry<R>[]>();
    const bucketOf = (key: string) => {
      const bucket = changed.get(key) ?? [...(this.buckets.get(key) ?? [])];
      changed.set(key, bucket);
      return bucket;
    };
    for (const entry of by.removed) {
      for (const key of keysOf(entry.value.outline.index, this.useHosts)) {
        const bucket = bucketOf(key);
        bucket.splice(bucket.indexOf(entry), 1);
      }
    }
    const keys = new KeySummary(this.prefixLengths, this.hasWildcards);
    for (const entry of by.inserted) {
      for (const key of keys.note(keysOf(entry.value.outline.index, this.useHosts))) {
        const bucket = bucketOf(key);
        bucket.splice(firstAfter(bucket, entry.order), 0, entry);
      }
    }
    const emptied = [...changed].filter(([, bucket]) => bucket.length === 0).map(([key]) => key);
    for (const key of emptied) changed.delete(key);
    const buckets = this.buckets.with(emptied, changed);
    return new RouteTable(buckets, this.useHosts, keys.prefixLengths, keys.hasWildcards);
  }

  /** The first route after `order` that can match, and that `accept` takes. */
  find(exchange: Exchange, order: number, accept: (route: R) => boolean): Entry<R> | undefined {
    const candidates = this.candidates(exchange);
    const [only] = candidates;
    if (candidates.length === 1) return firstAccepted(only as Bucket<R>, order, accept);
    return firstOfMany(candidates, order, accept);
  }

  /** The buckets in which a route for this request can be. */
  private candidates(exchange: Exchange): Bucket<R>[] {
    const found: Bucket<R>[] = [];
    const look = (key: string) => {
      const bucket = this.buckets.get(key);
      if (bucket) this.take(bucket, exchange, found);
    };
    if (this.useHosts) {
      const { host } = exchange;
      look(`h${host}`);
      const dot = this.hasWildcards ? host.indexOf(".") : -1;
      if (dot > 0) look(`h*${host.slice(dot)}`);
    }
    if (this.prefixLengths.length > 0) {
      const path = comparablePath(exchange);
      look(`=${path}`);
      for (const length of this.prefixLengths) {
        if (length <= path.length) look(`/${path.slice(0, length)}`);
      }
    }
    look(ANY);
    return found;
  }

  private take(bucket: Bucket<R>, exchange: Exchange, found: Bucket<R>[]): void {
    if (!this.useHosts || bucket.length <= LARGE_BUCKET) {
      found.push(bucket);
      return;
    }
    let table = this.#byPath.get(bucket);
    if (!table) {
      table = RouteTable.of(bucket, false);
      this.#byPath.set(bucket, table);
    }
    found.push(...table.candidates(exchange));
  }
}

/** Under this key stand the routes that may match whatever the host and the path. */
const ANY = "*";

/** The keys a route is found by. */
function keysOf(index: MatcherIndex, useHosts: boolean): readonly string[] {
  if (useHosts && index.hosts) return [...new Set(index.hosts.map((host) => `h${host}`))];
  if (index.paths || index.prefixes) {
    const exact = (index.paths ?? []).map((path) => `=${path}`);
    const prefixes = (index.prefixes ?? []).map((prefix) => `/${prefix}`);
    return [...new Set([...exact, ...prefixes])];
  }
  return [ANY];
}

/** What kinds of keys there are, so that a look-up asks for those only. Grows, never shrinks. */
class KeySummary {
  constructor(
    public prefixLengths: readonly number[],
    public hasWildcards: boolean,
  ) {}

  note(keys: readonly string[]): readonly string[] {
    for (const key of keys) {
      if (key.startsWith("h*")) this.hasWildcards = true;
      // A list with exact paths only still has to be asked for paths: length 0 stands for that.
      const length = key.startsWith("/") ? key.length - 1 : key.startsWith("=") ? 0 : undefined;
      if (length !== undefined && !this.prefixLengths.includes(length)) {
        this.prefixLengths = [...this.prefixLengths, length];
      }
    }
    return keys;
  }
}

/** The index of the first entry after `order`. */
function firstAfter<R>(bucket: Bucket<R>, order: number): number {
  let low = 0;
  let high = bucket.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bucket[middle] as Entry<R>).order <= order) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstAccepted<R>(
  bucket: Bucket<R>,
  order: number,
  accept: (route: R) => boolean,
): Entry<R> | undefined {
  const start = order === BEFORE_ALL ? 0 : firstAfter(bucket, order);
  for (let i = start; i < bucket.length; i++) {
    const entry = bucket[i] as Entry<R>;
    if (accept(entry.value.instance)) return entry;
  }
  return undefined;
}

/** An order before that of every route. */
export const BEFORE_ALL = Number.NEGATIVE_INFINITY;

/** As `firstAccepted`, over several buckets as if they were merged. A route in two is asked once. */
function firstOfMany<R>(
  buckets: readonly Bucket<R>[],
  order: number,
  accept: (route: R) => boolean,
): Entry<R> | undefined {
  const cursors = buckets.map((bucket) => firstAfter(bucket, order));
  for (let last = order; ; ) {
    let best: Entry<R> | undefined;
    for (const [i, bucket] of buckets.entries()) {
      let cursor = cursors[i] as number;
      while (cursor < bucket.length && (bucket[cursor] as Entry<R>).order <= last) cursor++;
      cursors[i] = cursor;
      const entry = bucket[cursor];
      if (entry && (best === undefined || entry.order < best.order)) best = entry;
    }
    if (best === undefined || accept(best.value.instance)) return best;
    last = best.order;
  }
}

/** The entries of a whole list. */
export function entriesOf<R>(parts: Sequence<Part<R, Indexed>>): Iterable<Entry<R>> {
  return parts.slots();
}

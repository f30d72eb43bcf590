// One site as it was read: its addresses, and what its directives gave, by kind.

import type { JsonObject } from "../../../src/document/index.js";
import type { BindContribution, Contribution, Route } from "../contribution.js";
import type { Counter } from "../counter.js";
import { Line, type Run, type Scope } from "../line.js";
import type { CustomLog } from "../logging/custom-log.js";
import type { Entry, RoutedEntry } from "../routes/entry.js";
import { defineMatchers, isDefinition } from "../routes/named-matchers.js";
import { isRoutedEntry, readDirective } from "../routes/read.js";
import { type Address, parseAddress } from "../syntax/address.js";
import type { ServerBlock } from "../syntax/blocks.js";
import { expandSegment } from "../syntax/shorthands.js";
import type { Token } from "../syntax/token.js";
import type { SiteTls } from "../tls/site-tls.js";

/** One address of a site, and the token it was written as. */
export interface Key {
  readonly token: Token;
  readonly address: Address;
}

/** A site of the Caddyfile. */
export interface Site {
  readonly keys: readonly Key[];
  readonly scope: Scope;
  /** What becomes routes, in the order it is written. */
  readonly routes: () => readonly RoutedEntry[];
  readonly errorRoutes: readonly Route[];
  readonly binds: readonly BindContribution["bind"][];
  readonly logs: readonly CustomLog[];
  readonly tls: readonly SiteTls[];
  /** IDs of the certificate authorities that its handlers work with. */
  readonly authorities: readonly string[];
  readonly listenerWrappers: readonly JsonObject[];
  readonly packetConnWrappers: readonly JsonObject[];
  /** How many words it is made of, with the matchers that it uses. */
  readonly words: number;
  /** The named routes that it invokes. */
  readonly invoked: ReadonlyMap<string, Token>;
  /** Whether it gives routes, and has no other part in the document. */
  readonly givesRoutesOnly: boolean;
  /** What is kept of it for when the text is adapted again. */
  readonly kept?: KeptSite;
}

/** Numbers that were taken from a counter: equal numbers are what makes equal routes. */
interface Taken {
  readonly from: number;
  readonly to: number;
}

/** A site's routes on the one server that has it. */
interface Built extends Taken {
  readonly isAlone: boolean;
  readonly routes: readonly Route[];
}

/** What is kept of a site for the next run. */
export interface KeptSite {
  /** Numbers of groups that were taken while it was read. */
  readonly read: Taken;
  readonly words: number;
  built?: Built;
}

/** Read the directives of a site. */
export function readSite(block: ServerBlock, run: Run, groups: Counter): Site {
  for (const key of block.keys) refuseMisplaced(key, block, run);
  const { budget } = run;
  const before = budget.spent;
  const matchers = new Map();
  const files = run.files.of(block);
  const scope: Scope = { run, matchers, groups, files, invoked: new Map() };
  const lines = block.segments.map((segment) => new Line(expandSegment(segment), scope));
  for (const line of lines) {
    budget.spend(line.length, line.name);
    if (isDefinition(line)) defineMatchers(line, matchers);
  }

  const advice = block.hasBraces ? "" : SECOND_SITE;
  const entries: Entry[] = [];
  for (const line of lines) if (!isDefinition(line)) readDirective(line, entries, advice);
  const routes: RoutedEntry[] = [];
  const more: Entry[] = [];
  for (const entry of entries) {
    if (isRoutedEntry(entry)) routes.push(entry);
    if (!isRoutedEntry(entry) || "authority" in entry.given) more.push(entry);
  }
  const others = sortOut(more);
  return {
    keys: keysOf(block),
    scope,
    invoked: scope.invoked,
    words: budget.spent - before,
    routes: () => routes,
    givesRoutesOnly: others === NOTHING && scope.invoked.size === 0,
    ...others,
  };
}

/** The addresses of a block, as keys. Throws `ParseError` for one that cannot be one. */
export function keysOf({ keys }: ServerBlock): readonly Key[] {
  return keys.map((token) => ({ token, address: parseAddress(token) }));
}

const SECOND_SITE =
  "\nDid you mean to define a second site? If so, you must use curly braces around each site to separate their configurations.";

type SortedOut = Pick<
  Site,
  | "errorRoutes"
  | "binds"
  | "logs"
  | "tls"
  | "authorities"
  | "listenerWrappers"
  | "packetConnWrappers"
>;

/** What entries give besides routes, by kind. */
function sortOut(entries: readonly Entry[]): SortedOut {
  if (entries.length === 0) return NOTHING;
  const given = entries.map((entry) => entry.given);
  return {
    errorRoutes: pick(given, "errorRoute"),
    binds: pick(given, "bind"),
    logs: pick(given, "log"),
    tls: pick(given, "tls"),
    authorities: pick(given, "authority"),
    listenerWrappers: pick(given, "listenerWrapper"),
    packetConnWrappers: pick(given, "packetConnWrapper"),
  };
}

/** What sites give that give routes only. */
export const NOTHING: SortedOut = {
  errorRoutes: [],
  binds: [],
  logs: [],
  tls: [],
  authorities: [],
  listenerWrappers: [],
  packetConnWrappers: [],
};

type KeyOf<T> = T extends unknown ? keyof T : never;
type ValueOf<T, K extends PropertyKey> = T extends Record<K, infer Value> ? Value : never;

function pick<K extends KeyOf<Contribution>>(
  given: readonly Contribution[],
  kind: K,
): readonly ValueOf<Contribution, K>[] {
  return given.flatMap((one) =>
    kind in one ? [(one as unknown as Record<K, ValueOf<Contribution, K>>)[kind]] : [],
  );
}

function refuseMisplaced(key: Token, block: ServerBlock, run: Run): void {
  if (key === block.keys[0] && key.text.startsWith("@")) {
    key.fail(`cannot define a matcher outside of a site block: '${key.text}'`);
  }
  if (run.vocabulary.directives.has(key.text)) {
    key.fail(
      `parsed '${key.text}' as a site address, but it is a known directive; directives must appear in a site block`,
    );
  }
}

// What is kept of one run for the next, when a text is adapted again and again while somebody edits
// it: the routes of sites that read word for word as before are not made anew. Only plain sites are
// kept, which give routes and nothing else.

import { Budget } from "../budget.js";
import type { Route } from "../contribution.js";
import { Counter } from "../counter.js";
import type { Run, Scope } from "../line.js";
import type { ServerBlock } from "../syntax/blocks.js";
import { onNewLine, type Token } from "../syntax/token.js";
import type { ServedSite } from "./plan.js";
import { type KeptSite, keysOf, NOTHING, readSite, type Site } from "./site.js";

/** The sites of one run, and those of the run before. */
export class Memory {
  /** How many files were read for directives: what they say is not in the text. */
  private reads = 0;
  private readonly sites = new Map<string, KeptSite>();
  private before: ReadonlyMap<string, KeptSite> | undefined;
  private readonly options: string;

  /** `options` is the block of the global options, on which everything may depend. */
  constructor(options: ServerBlock | undefined, before: Memory | undefined) {
    this.options = options === undefined ? "" : wordsOf(options);
    const isAlike = this.options === before?.options && before.reads === 0;
    this.before = isAlike ? before.sites : undefined;
  }

  /** A site that is known, if all that it was made from is as it was. */
  recall(block: ServerBlock, groups: Counter): KeptSite | undefined {
    if (this.before === undefined) return undefined;
    const words = wordsOf(block);
    const known = this.before.get(words);
    if (known?.built === undefined || known.read.from !== groups.count) return undefined;
    groups.skip(known.read.to - known.read.from);
    const kept = { ...known };
    this.sites.set(words, kept);
    return kept;
  }

  /** Read a site, and keep it if it turns out to be plain. */
  keep(block: ServerBlock, { run, groups }: Pick<Scope, "run" | "groups">, read: () => Site): Site {
    const others = () => [run.warnings.count, run.accessLogs.count, this.reads].join();
    const before = others();
    const from = groups.count;
    const site = read();
    if (!site.givesRoutesOnly || others() !== before) return site;
    const kept = { read: { from, to: groups.count }, words: site.words };
    this.sites.set(wordsOf(block), kept);
    return { ...site, kept };
  }

  /** The same reading of files, but nothing that comes of it is kept. */
  watched(readFile: NonNullable<Run["readFile"]>): NonNullable<Run["readFile"]> {
    return (path) => {
      this.reads++;
      return readFile(path);
    };
  }

  /** Forget the run before: this one is done. */
  close(): void {
    this.before = undefined;
  }
}

/** A site as it was kept of the run before, or else as its directives say. */
export function siteOf(
  block: ServerBlock,
  run: Run,
  groups: Counter,
  memory: Memory | undefined,
): Site {
  if (memory === undefined) return readSite(block, run, groups);
  const kept = memory.recall(block, groups);
  if (kept === undefined) {
    return memory.keep(block, { run, groups }, () => readSite(block, run, groups));
  }
  if (block.keys[0] !== undefined) run.budget.spend(kept.words, block.keys[0]);
  const read = () => {
    const apart = { ...run, budget: new Budget() };
    return readSite(block, apart, new Counter(kept.read.from)).routes();
  };
  return {
    keys: keysOf(block),
    scope: { run, matchers: NO_MATCHERS, groups, files: [], invoked: INVOKES_NONE },
    routes: read,
    words: kept.words,
    invoked: INVOKES_NONE,
    givesRoutesOnly: true,
    kept,
    ...NOTHING,
  };
}

const NO_MATCHERS: Scope["matchers"] = new Map();
const INVOKES_NONE: Scope["invoked"] = new Map();

/** A site's routes as they were kept, if they would be the same now; else as `make` makes them. */
export function recallRoutes(
  { site: { kept, scope, keys: all }, keys, before }: ServedSite,
  isAlone: boolean,
  make: () => readonly Route[],
): readonly Route[] {
  if (kept === undefined || before > 0 || keys.length < all.length) return make();
  const { groups } = scope;
  const { built } = kept;
  if (built !== undefined && built.isAlone === isAlone && built.from === groups.count) {
    groups.skip(built.to - built.from);
    return built.routes;
  }
  const from = groups.count;
  const routes = make();
  kept.built = { isAlone, routes, from, to: groups.count };
  return routes;
}

/**
 * The words of a block, imports done, as one text: equal for blocks that read the same. Each word
 * has its length before it, so that none can look like two.
 */
function wordsOf({ keys, segments }: ServerBlock): string {
  let words = "";
  let last: Token | undefined;
  const add = (token: Token) => {
    const { text, quote, origin } = token;
    if (origin !== last?.origin) words += `@${origin.source.file.length}:${origin.source.file}`;
    const parted = last === undefined || onNewLine(last, token) ? "\n" : " ";
    words += `${parted}${quote}${text.length}:${text}`;
    last = token;
  };
  for (const key of keys) add(key);
  for (const segment of segments) {
    words += ";";
    for (const token of segment) add(token);
  }
  return words;
}

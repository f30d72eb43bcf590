// What is kept of one run for the next, when a text is adapted again and again while somebody edits
// it: the routes of sites that stand there word for word as before are not made anew. Only plain
// sites are kept, which give routes and nothing else, and are written in one place.

import { Budget } from "../budget.js";
import type { Route } from "../contribution.js";
import { Counter } from "../counter.js";
import type { Run, Scope } from "../line.js";
import type { ServerBlock } from "../syntax/blocks.js";
import type { Token } from "../syntax/token.js";
import type { ServedSite } from "./plan.js";
import { type KeptSite, keysOf, NOTHING, readSite, type Site } from "./site.js";

/** The sites of one run, and those of the run before. */
export class Memory {
  /** How many files were read for directives: what they say is not in the text. */
  private reads = 0;
  private readonly sites = new Map<string, KeptSite>();
  private before: ReadonlyMap<string, KeptSite> | undefined;
  private readonly options: string | undefined;

  /** `options` is the block of the global options, on which everything may depend. */
  constructor(options: ServerBlock | undefined, before: Memory | undefined) {
    this.options = options === undefined ? "" : textOf(options);
    const isAlike = this.options !== undefined && this.options === before?.options;
    this.before = isAlike && before.reads === 0 ? before.sites : undefined;
  }

  /** A site that is known, if all that it was made from is as it was. */
  recall(block: ServerBlock, groups: Counter): KeptSite | undefined {
    const text = this.before && textOf(block);
    const known = text === undefined ? undefined : this.before?.get(text);
    if (text === undefined || known?.built === undefined) return undefined;
    if (known.read.from !== groups.count) return undefined;
    groups.skip(known.read.to - known.read.from);
    const kept = { ...known };
    this.sites.set(text, kept);
    return kept;
  }

  /** Read a site, and keep it if it turns out to be plain. */
  keep(block: ServerBlock, { run, groups }: Pick<Scope, "run" | "groups">, read: () => Site): Site {
    const others = () => [run.warnings.count, run.accessLogs.count, this.reads].join();
    const before = others();
    const from = groups.count;
    const site = read();
    const text = site.givesRoutesOnly && others() === before ? textOf(block) : undefined;
    if (text === undefined) return site;
    const kept = { read: { from, to: groups.count }, words: site.words };
    this.sites.set(text, kept);
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
 * The text of a block that stands in one file as it is, environment filled in; undefined when an
 * import brought any of it.
 */
function textOf({ keys, segments }: ServerBlock): string | undefined {
  const first = keys[0] ?? segments[0]?.[0];
  const last = segments.at(-1)?.at(-1) ?? keys.at(-1);
  if (first === undefined || last === undefined) return "";
  const { origin } = first;
  const isOwn = (token: Token) => token.origin === origin;
  if (!keys.every(isOwn) || !segments.every((segment) => segment.every(isOwn))) return undefined;
  const { file, text } = origin.source;
  // Where the last word ends does not show; but where it begins and what it says does.
  return `${file}\n${text.slice(first.offset, last.offset + 1)}\n${last.text}`;
}

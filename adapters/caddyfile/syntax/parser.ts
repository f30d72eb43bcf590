// From text to the blocks of a Caddyfile: the global options, the sites and the named routes. What
// their directives mean, and whether there are such, is not decided here.

import type { AdaptOptions } from "../../../src/document/index.js";
import { BlockParser, type FoundBlock } from "./block-parser.js";
import type { ServerBlock } from "./blocks.js";
import { readSource } from "./env.js";
import { Importer } from "./imports.js";
import { Lexer } from "./lexer.js";
import { TokenStream } from "./stream.js";
import type { Warnings } from "./warnings.js";

/** The name of a text that has none. */
export const DEFAULT_FILE = "Caddyfile";

/**
 * A Caddyfile, read site by site: what the words of one mean is found out before the next are looked
 * at, so that those of ten thousand are never held together.
 */
export class Parser {
  /** The block without keys that may come first. */
  readonly globalOptions: ServerBlock | undefined;
  private readonly lexer: Lexer;
  private readonly importer: Importer;
  private readonly blocks: BlockParser;
  private readonly named = new Map<string, ServerBlock>();
  /** A block that was read, but is not the global options. */
  private first: FoundBlock | undefined;

  /** Read up to the global options. Throws `ParseError` with file, line and column. */
  constructor(text: string, options: AdaptOptions, warnings: Warnings) {
    this.lexer = new Lexer(readSource(options.file ?? DEFAULT_FILE, text, options.env));
    this.importer = new Importer(options, warnings);
    this.blocks = new BlockParser(new TokenStream(this.lexer), this.importer, warnings);
    const first = this.nextBlock();
    if (first?.keys.length === 0) this.globalOptions = first;
    else this.first = first;
  }

  /** The next site; undefined behind the last. Throws `ParseError` with file, line and column. */
  nextSite(): ServerBlock | undefined {
    for (let block = this.nextBlock(); block !== undefined; block = this.nextBlock()) {
      if (this.isSite(block)) return block;
    }
    return undefined;
  }

  /**
   * Read to the end, for what is wrong there. Whoever refuses what a part means asks this first: a
   * text that cannot be read means nothing. Throws `ParseError` with file, line and column.
   */
  finish(): void {
    while (this.nextSite() !== undefined);
  }

  /** The named routes, `&(name)`, that were read, in their order; no name occurs twice. */
  get namedRoutes(): readonly ServerBlock[] {
    return [...this.named.values()];
  }

  /** The files that imports named so far, each once. */
  get imported(): readonly string[] {
    return [...this.importer.files.keys()];
  }

  private nextBlock(): FoundBlock | undefined {
    const { first } = this;
    this.first = undefined;
    try {
      return first ?? this.blocks.next();
    } catch (error) {
      // A text that has no words, for a heredoc that never ends, has no blocks to speak of.
      while (this.lexer.next() !== undefined);
      throw error;
    }
  }

  /** Whether a block is a site. Named routes are put aside. */
  private isSite(block: FoundBlock): boolean {
    const [name] = block.keys;
    if (name === undefined) {
      return block.first.fail(
        "server block without any key is global configuration, and if used, it must be first",
      );
    }
    if (!block.namedRoute) return true;
    if (this.named.has(name.text)) name.fail(`cannot have duplicate named_routes: ${name.text}`);
    this.named.set(name.text, block);
    return false;
  }
}

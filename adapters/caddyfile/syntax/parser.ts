// From text to the blocks of a Caddyfile: the global options, the sites and the named routes. What
// their directives mean, and whether there are such, is not decided here.

import type { AdaptOptions } from "../../../src/document/index.js";
import { BlockParser, type FoundBlock } from "./block-parser.js";
import type { Parsed, ServerBlock } from "./blocks.js";
import { readSource } from "./env.js";
import { Importer } from "./imports.js";
import { tokenize } from "./lexer.js";
import { TokenStream } from "./stream.js";
import { Warnings } from "./warnings.js";

/** The name of a text that has none. */
export const DEFAULT_FILE = "Caddyfile";

/** Read a Caddyfile into its blocks. Throws `ParseError` with file, line and column. */
export function parse(text: string, options: AdaptOptions): Parsed {
  const source = readSource(options.file ?? DEFAULT_FILE, text, options.env);
  const warnings = new Warnings();
  const importer = new Importer(options, warnings);
  const stream = new TokenStream(tokenize(source));
  const blocks = new BlockParser(stream, importer, warnings).all();
  return { ...arrange(blocks), imported: [...importer.files.keys()], warnings: warnings.list };
}

function arrange(
  blocks: readonly FoundBlock[],
): Pick<Parsed, "globalOptions" | "sites" | "namedRoutes"> {
  const globalOptions = blocks[0]?.keys.length === 0 ? blocks[0] : undefined;
  const sites: ServerBlock[] = [];
  const namedRoutes = new Map<string, ServerBlock>();
  for (const block of globalOptions === undefined ? blocks : blocks.slice(1)) {
    const name = block.keys[0];
    if (name === undefined) {
      block.first.fail(
        "server block without any key is global configuration, and if used, it must be first",
      );
    } else if (!block.namedRoute) sites.push(block);
    else if (namedRoutes.has(name.text)) {
      name.fail(`cannot have duplicate named_routes: ${name.text}`);
    } else namedRoutes.set(name.text, block);
  }
  return { globalOptions, sites, namedRoutes: [...namedRoutes.values()] };
}

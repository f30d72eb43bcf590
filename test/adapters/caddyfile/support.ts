// What the tests of the Caddyfile's language share: parsing from memory, what a text means, and
// random texts that look like Caddyfiles to different degrees.

import fc from "fast-check";
import type { ServerBlock } from "../../../adapters/caddyfile/syntax/blocks.js";
import { type Dispenser, dispense } from "../../../adapters/caddyfile/syntax/dispenser.js";
import { tokenize } from "../../../adapters/caddyfile/syntax/lexer.js";
import { Parser } from "../../../adapters/caddyfile/syntax/parser.js";
import { Source } from "../../../adapters/caddyfile/syntax/source.js";
import type { Token } from "../../../adapters/caddyfile/syntax/token.js";
import { Warnings } from "../../../adapters/caddyfile/syntax/warnings.js";
import { type AdaptOptions, ParseError } from "../../../src/document/index.js";

/** Files by name, as an adapter sees them. */
export function filesIn(files: Readonly<Record<string, string>>): AdaptOptions {
  return {
    readFile(path) {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      if (text !== undefined) return text;
      throw Object.assign(new Error(`no such file: ${path}`), { code: "ENOENT" });
    },
    glob(pattern) {
      const [before = "", after = ""] = pattern.split("*");
      return Object.keys(files)
        .filter((path) => path.startsWith(before) && path.endsWith(after))
        .sort();
    },
  };
}

/** The tokens of a text. */
export function tokensOf(text: string): readonly Token[] {
  return tokenize(new Source("Caddyfile", text));
}

/** The error that something is refused with. */
export function refusalOf(attempt: () => unknown): ParseError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

/** A directive and its block, as plain values: `["handle", "/a", [["respond", "hi"]]]`. */
export type Line = readonly (string | readonly Line[])[];

/** What a directive says. */
export function lineOf(directive: Dispenser): Line {
  const { hasBlock } = directive;
  const words = [directive.directive, ...directive.remainingTexts()];
  return hasBlock ? [...words, directive.block().map(lineOf)] : words;
}

/** What a block says: its keys and its directives. */
export function blockOf({ keys, segments }: ServerBlock): readonly [readonly string[], Line[]] {
  return [
    keys.map(({ text }) => text),
    segments.flatMap((segment) => dispense(segment).map(lineOf)),
  ];
}

/** All blocks of a Caddyfile, and what there is to say about the text. */
export function parse(text: string, options: AdaptOptions = {}) {
  const warnings = new Warnings();
  const parser = new Parser(text, options, warnings);
  const sites: ServerBlock[] = [];
  for (let site = parser.nextSite(); site !== undefined; site = parser.nextSite()) sites.push(site);
  const { globalOptions, namedRoutes, imported } = parser;
  return { globalOptions, sites, namedRoutes, imported, warnings: warnings.list };
}

/** What a Caddyfile says: its global options, named routes and sites. */
export function meaningOf(text: string, options: AdaptOptions = {}): unknown {
  const { globalOptions, namedRoutes, sites } = parse(text, options);
  return {
    globalOptions: globalOptions === undefined ? undefined : blockOf(globalOptions)[1],
    namedRoutes: namedRoutes.map(blockOf),
    sites: sites.map(blockOf),
  };
}

/** The sites of a Caddyfile, with their keys and directives. */
export function sitesOf(text: string, options: AdaptOptions = {}): unknown {
  return parse(text, options).sites.map(blockOf);
}

/** As `meaningOf`, or `undefined` where that is refused. */
export function meaningOrRefusal(text: string): unknown {
  try {
    return meaningOf(text);
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/** Texts made of what the lexer and the formatter look at, in any order. */
export const noise = fc
  .array(
    fc.constantFrom(
      ...["{", "}", " ", " ", "\n", "\n", "\t", '"', "`", "\\", "#", "<<", "E", "<", "a", "b.com"],
      ...["{$", "$", ":", ",", "\r\n", "\r", "import", "(s)", "&(r)", "{block}", "{args[0]}", "{}"],
      ...["\u00a0", "\ufeff", "é", "<<E\nx\nE", " {\n", "\n}\n", '"a b"', "@m", "[", "*"],
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));

const word = fc.constantFrom(
  ...["respond", "header", "a", "/path/*", "{host}", '"two words"', "`raw {`", '"multi\n  line"'],
  ...["{$HOME}", "x#y", "\\{a\\}", "{args[0]}", "é", '"{"', "a{b", '""', "<<E\n  text\n  E", "@m"],
);
const space = fc.constantFrom(" ", "  ", "\t", " \\\n ", " \\\n\t\t", "\t \t");
const end = fc.constantFrom(
  "\n",
  "\n",
  "\n\n",
  "\n\n\n\n",
  " \n",
  " # why\n",
  "\n# what\n",
  "\r\n",
);

const line = fc
  .tuple(fc.constantFrom("respond", "header", "import s"), fc.array(fc.tuple(space, word)))
  .map(([name, words]) => name + words.flat().join(""));

const { directive } = fc.letrec<{ directive: string }>((tie) => ({
  directive: fc.oneof(
    { depthSize: "small" },
    fc.tuple(line, end).map((parts) => parts.join("")),
    fc
      .tuple(line, end, fc.array(tie("directive"), { maxLength: 3 }), end)
      .map(([name, first, inside, last]) => `${name} {${first}${inside.join("  ")}}${last}`),
  ),
}));

const block = fc
  .tuple(
    fc.constantFrom("a.com", "a.com, b.com", "a.com,\nb.com", ":80", "(s)", "(t)", "&(r)", "{$X}x"),
    fc.constantFrom(" {\n", "\n{\n", "\n\n{ # c\n", " {\n\n\n"),
    fc.array(directive, { maxLength: 4 }),
    end,
  )
  .map(([keys, open, inside, last]) => `${keys}${open}${inside.join("")}}${last}`);

/** Texts that are Caddyfiles, badly formatted; many of them are even accepted. */
export const caddyfiles = fc
  .tuple(
    fc.constantFrom("", "\n\n", "# top\n", "{\n debug\n}\n", "(s) {\nfoo {args[0]}\n}\n"),
    fc.array(block, { maxLength: 4 }),
  )
  .map(([top, blocks]) => top + blocks.join(""));

// The Caddyfile adapter: text in, the document that Caddy's own adapter would make out.

import type {
  Adapted,
  Adapter,
  AdaptOptions,
  JsonObject,
  Warning,
} from "../../src/document/index.js";
import { buildDocument } from "./assembly/document.js";
import { Memory } from "./assembly/memory.js";
import { Budget } from "./budget.js";
import { Counter } from "./counter.js";
import { directives } from "./directives/index.js";
import { STANDARD_ORDER } from "./directives/order.js";
import { FilesOfBlocks } from "./files.js";
import { firstDifference, NOT_FORMATTED } from "./format/difference.js";
import type { Run, Vocabulary } from "./line.js";
import { matchers } from "./matchers/index.js";
import { modules } from "./modules/index.js";
import type { GlobalOptions } from "./options/global-options.js";
import { options as globalOptions } from "./options/index.js";
import { readOptions } from "./options/read.js";
import { NO_MARKS, SourceMap } from "./source-map.js";
import { DEFAULT_FILE, Parser } from "./syntax/parser.js";
import { Warnings } from "./syntax/warnings.js";
import { vocabularyOf, type Words } from "./vocabulary.js";

export type { Contribution, Handler, MatcherSet, Route } from "./contribution.js";
export * from "./define.js";
export { format } from "./format/format.js";
export { omitEmpty } from "./json.js";
export type { Directive, GlobalOption, Line, Matcher, ModuleSyntax, Position } from "./line.js";
export { readRoutes } from "./routes/read.js";
export type { Words } from "./vocabulary.js";

/**
 * An adapter that knows the standard words and those it is given: directives, global options,
 * matchers and modules of one's own. Throws `RangeError` when a name is taken.
 */
export function createCaddyfile(...words: readonly Words[]): Adapter {
  const standard = { directives, options: globalOptions, matchers, modules };
  const vocabulary = vocabularyOf(STANDARD_ORDER, [standard, ...words]);
  const memories = new WeakMap<object, Memory>();
  return {
    name: "caddyfile",
    files: ["Caddyfile*", "*.caddyfile"],
    adapt: (text, options) => adapt(text, options, { vocabulary, memories }),
  };
}

/** The adapter for Caddyfiles as Caddy reads them. */
export const caddyfile: Adapter = createCaddyfile();

/** What all runs of one adapter share. */
interface Shared {
  readonly vocabulary: Vocabulary;
  readonly memories: WeakMap<object, Memory>;
}

function adapt(text: string, options: AdaptOptions, { vocabulary, memories }: Shared): Adapted {
  const replayed = remember(options);
  const warnings = new Warnings();
  const parser = new Parser(text, replayed, warnings);
  const { session } = options;
  const memory = session && new Memory(parser.globalOptions, memories.get(session));
  const document = build(parser, replayed, { vocabulary, warnings, marks: NO_MARKS }, memory);
  memory?.close();
  if (session !== undefined && memory !== undefined) memories.set(session, memory);
  let told: readonly Warning[] | undefined;
  let map: { readonly marks: SourceMap; readonly document: JsonObject } | undefined;
  return {
    document,
    // Whether the text is formatted takes a tenth of the time to tell, and can wait.
    get warnings() {
      told ??= [...warnings.list, ...formattingOf(text, options)];
      return told;
    },
    imported: parser.imported,
    reshaped: true,
    // Where things came from is asked at errors only. It is found by reading the text once more.
    placeOf: (path) => {
      if (map === undefined) {
        const marks = new SourceMap();
        const shared = { vocabulary, warnings: new Warnings(), marks };
        const again = build(new Parser(text, replayed, shared.warnings), replayed, shared);
        map = { marks, document: again };
      }
      return map.marks.placeOf(map.document, path);
    },
  };
}

/** What there is to say about the form of a text that is not formatted. */
function formattingOf(text: string, { file = DEFAULT_FILE }: AdaptOptions): readonly Warning[] {
  const line = firstDifference(text);
  return line === undefined ? [] : [{ file, line, message: NOT_FORMATTED }];
}

/** The same options, but what was read once is the same when it is read again. */
function remember(options: AdaptOptions): AdaptOptions {
  const { readFile, glob } = options;
  const env = { ...options.env };
  return {
    ...options,
    env,
    ...(readFile === undefined ? {} : { readFile: memoized(readFile) }),
    ...(glob === undefined ? {} : { glob: memoized(glob) }),
  };
}

function memoized<Result>(read: (name: string) => Result): (name: string) => Result {
  const known = new Map<string, Result>();
  return (name) => {
    const found = known.get(name) ?? read(name);
    known.set(name, found);
    return found;
  };
}

function build(
  parser: Parser,
  { readFile }: AdaptOptions,
  shared: Pick<Run, "vocabulary" | "warnings" | "marks">,
  memory?: Memory,
): JsonObject {
  const start: Run = {
    ...shared,
    ...(readFile === undefined ? {} : { readFile: memory?.watched(readFile) ?? readFile }),
    options: {},
    budget: new Budget(),
    accessLogs: new Counter(),
    files: new FilesOfBlocks(),
    certificateTags: new Map(),
  };
  return buildDocument(parser, { ...start, options: optionsOf(parser, start) }, memory);
}

function optionsOf(parser: Parser, run: Run): GlobalOptions {
  try {
    return readOptions(parser.globalOptions, run);
  } catch (error) {
    parser.finish();
    throw error;
  }
}

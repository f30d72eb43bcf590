// Text to YAML nodes, by the `yaml` package: one document, read by the core schema whatever version
// the text claims, so that `yes` and `2001-01-01` are strings everywhere.

import { type Document, LineCounter, type Node, type ParsedNode, parseDocument } from "yaml";
import { MAX_BYTES, ParseError, type Place } from "../../src/document/index.js";

/** A text that was read, and what is needed to say where something stands in it. */
export interface Composed {
  readonly document: Document.Parsed<ParsedNode>;
  readonly lines: LineCounter;
  readonly file: string | undefined;
}

/** Read one YAML document. Throws `ParseError` for the first thing that is wrong. */
export function compose(text: string, file: string | undefined): Composed {
  if (text.length > MAX_BYTES) {
    throw new ParseError(`is larger than ${MAX_BYTES} bytes`, file === undefined ? {} : { file });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: "core",
    // Keys are compared and merged by `convert`, which needs no quadratic search to do it.
    merge: false,
    uniqueKeys: false,
    resolveKnownTags: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const composed = { document: document as Document.Parsed<ParsedNode>, lines, file };
  const [error] = document.errors;
  if (error !== undefined)
    throw errorAt(composed, error.pos[0], REWORDED[error.code] ?? error.message);
  return composed;
}

/** An error that names the line and column of an offset. */
export function errorAt(composed: Composed, offset: number, reason: string): ParseError {
  return new ParseError(reason, placeAt(composed, offset));
}

/** The place of an offset into the text. */
export function placeAt({ lines, file }: Composed, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return {
    ...(file === undefined ? {} : { file }),
    line: Math.max(line, 1),
    column: Math.max(col, 1),
  };
}

/** Where a node begins. */
export function offsetOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0;
}

/** What the package says in words that are not for the reader of a config file. */
const REWORDED: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: "a config is one YAML document; a second one begins here",
  RESOURCE_EXHAUSTION: "is nested too deep",
};

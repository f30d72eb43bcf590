// What an adapter is: text in, document and warnings out. The adapters themselves stand in
// `adapters/`; whoever runs Graft hands in the ones it wants.

import type { Issue, Place } from "./issue.js";
import type { Json } from "./json.js";
import type { Path } from "./steps.js";

/** Something the adapter understood but did not carry over, or wants to have said. */
export interface Warning {
  readonly file?: string;
  readonly line?: number;
  /** The directive it is about, where the format has directives. */
  readonly directive?: string;
  readonly message: string;
}

/** What an adapter needs from its caller. */
export interface AdaptOptions {
  /** The text's file name, for messages and for what it imports. */
  readonly file?: string;
  /** Read another file that the text imports; absent where imports are not allowed. */
  readonly readFile?: (path: string) => string;
  /** The files a glob pattern names, sorted. */
  readonly glob?: (pattern: string) => readonly string[];
  /** The environment that `{$NAME}` is read from. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Stands for a text that is adapted again each time somebody has edited it. What an adapter makes
   * of the parts that did not change is then made once: the same objects are in both documents.
   */
  readonly session?: object;
}

/** What came out of a text. */
export interface Adapted {
  /** Whoever serves it freezes it; whoever prints it need not. */
  readonly document: Json;
  readonly warnings: readonly Warning[];
  /** Files that were read on the way, for a watcher. */
  readonly imported?: readonly string[];
  /** Where in the text a part of the document came from. */
  readonly placeOf?: (path: Path) => Place | undefined;
  /**
   * The document is built otherwise than the text, so that its paths lead nobody to a line: the log
   * tells lines as well.
   */
  readonly reshaped?: boolean;
}

/** A format that can be turned into a document. */
export interface Adapter {
  /** Its name in `--adapter` and after the slash of a Content-Type: `json5`, `caddyfile`. */
  readonly name: string;
  /** Base names it implies, in any case; a star at one end is any text: `*.yaml`, `Caddyfile*`. */
  readonly files?: readonly string[];
  /** Turn text into a document. Throws `ParseError` with line and column. */
  adapt(text: string, options: AdaptOptions): Adapted;
}

/** What is said of a format that is not among those there are. JSON needs no adapter. */
export function describeUnknown(format: string, adapters: readonly Adapter[]): string {
  const known = new Set(["json", ...adapters.map(({ name }) => name)]);
  return `unrecognized config adapter '${format}' (known: ${[...known].join(", ")})`;
}

/** An issue with the place it came from in the adapted text, when that is known. */
export function locate(issue: Issue, adapted: Adapted | undefined): Issue {
  const place = issue.place ?? adapted?.placeOf?.(issue.path);
  return place === undefined ? issue : { ...issue, place };
}

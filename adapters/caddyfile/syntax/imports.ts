// Imports: a statement is replaced by the tokens of a snippet or of files. Files come through the
// caller, who decides what may be read; patterns and names count from the importing file. However
// imports multiply, the tokens and the text they bring, and how deep they nest, have their bounds.

import { type AdaptOptions, MAX_BYTES } from "../../../src/document/index.js";
import { readSource } from "./env.js";
import { ImportGraph } from "./import-graph.js";
import { MAX_TOKENS, tokenize } from "./lexer.js";
import { expandImport, type ImportStatement, tagSnippet } from "./snippets.js";
import type { Token } from "./token.js";
import type { Warnings } from "./warnings.js";

/** An import brought by an import brought by an import … so many times, and not more. */
export const MAX_IMPORT_DEPTH = 100;

/** Import statements that are followed, and not more. */
export const MAX_IMPORTS = 500_000;

/** Looks up and expands what import statements name, for one run of the parser. */
export class Importer {
  /** The files that were read, in the order they were asked for. */
  readonly files = new Map<string, readonly Token[]>();
  private readonly snippets = new Map<string, readonly Token[]>();
  private readonly graph = new ImportGraph();
  private imports = 0;
  private tokensBrought = 0;
  private textBrought = 0;

  constructor(
    private readonly options: AdaptOptions,
    private readonly warnings: Warnings,
  ) {}

  /** Keep a snippet's tokens for imports that follow. */
  define(name: string, at: Token, tokens: readonly Token[]): void {
    if (this.snippets.has(name)) at.fail(`redeclaration of previously declared snippet ${name}`);
    this.snippets.set(name, tagSnippet(tokens, name));
  }

  /** The tokens that stand in for an import statement. */
  expand(statement: ImportStatement): readonly Token[] {
    const { token, target } = statement;
    if (token.origin.depth >= MAX_IMPORT_DEPTH) {
      token.fail(`imports nest deeper than ${MAX_IMPORT_DEPTH} levels`);
    }
    if (++this.imports > MAX_IMPORTS) token.fail(`there are more than ${MAX_IMPORTS} imports`);
    const snippet = this.snippets.get(target);
    const found = snippet ?? this.readFiles(token, target);
    if (snippet?.[0] !== undefined) this.connect(token, nodeOf(snippet[0]));

    const expanded = expandImport(statement, found, (at, message) => this.warn(at, message));
    this.spend(token, expanded);
    return expanded;
  }

  private readFiles(token: Token, target: string): readonly Token[] {
    if (target === "") token.fail("Import requires a non-empty filepath");
    const paths = this.resolve(token, target);
    for (const path of paths) this.connect(token, path);
    return paths.flatMap((path) => this.readFile(token, path, target));
  }

  /** The files that a name or a pattern means. A pattern may mean none, a name may not. */
  private resolve(token: Token, target: string): readonly string[] {
    const path = joinPath(token.file, target);
    if (!/[*?[\]]/.test(path)) return [path];
    if (hasSeveralWildcards(path)) {
      token.fail(`Glob pattern may only contain one wildcard (*), but has others: ${path}`);
    }
    if (this.options.glob === undefined) token.fail(`importing files is not allowed here: ${path}`);

    const hidden = baseName(path).startsWith("*") ? "." : "/";
    const found = this.options.glob(path).filter((file) => !baseName(file).startsWith(hidden));
    if (found.length === 0) this.warn(token, `No files matching import glob pattern ${target}`);
    return found;
  }

  private readFile(token: Token, path: string, target: string): readonly Token[] {
    const known = this.files.get(path);
    if (known !== undefined) return known;

    const text = this.textOf(token, path, target);
    this.spendText(token, text.length);
    if (text.trim() === "") this.warn(token, `Import file is empty: ${path}`);
    const tokens = tokenize(readSource(path, text, this.options.env));
    this.files.set(path, tokens);
    return tokens;
  }

  private textOf(token: Token, path: string, target: string): string {
    const { readFile } = this.options;
    if (readFile === undefined) token.fail(`importing files is not allowed here: ${path}`);
    try {
      return readFile(path);
    } catch (cause) {
      const { code, message } = cause as { readonly code?: string; readonly message?: string };
      if (code === "ENOENT" || code === "ENOTDIR")
        token.fail(`File to import not found: ${target}`);
      const why = code === "EISDIR" ? "is a directory" : (message ?? String(cause));
      return token.fail(`Could not import ${path}: ${why}`);
    }
  }

  private connect(token: Token, to: string): void {
    const from = nodeOf(token);
    if (this.graph.connect(from, to)) return;
    token.fail(`a cycle of imports exists between ${from} and ${to}`);
  }

  private spend(token: Token, brought: readonly Token[]): void {
    this.tokensBrought += brought.length;
    if (this.tokensBrought > MAX_TOKENS) {
      token.fail(`imports expand to more than ${MAX_TOKENS} words`);
    }
    let length = 0;
    for (const { text } of brought) length += text.length;
    this.spendText(token, length);
  }

  private spendText(token: Token, length: number): void {
    this.textBrought += length;
    if (this.textBrought > MAX_BYTES) token.fail(`imports expand to more than ${MAX_BYTES} bytes`);
  }

  private warn(token: Token, message: string): void {
    this.warnings.add(token, "import", message);
  }
}

/** What a token stands in, as the graph of imports names it: its file or snippet. */
function nodeOf(token: Token): string {
  const { snippet } = token.origin;
  return snippet === undefined ? token.file : `${token.file}:${snippet}`;
}

/** A path as seen from a file; `.` and `..` are worked out, so that a file has one name only. */
export function joinPath(file: string, path: string): string {
  const directory = file.slice(0, file.lastIndexOf("/") + 1);
  const whole = /^(?:\/|[A-Za-z]:[\\/])/.test(path) ? path : directory + path;
  const steps: string[] = [];
  for (const step of whole.split("/")) {
    if (step === "" || step === ".") continue;
    if (step === ".." && steps.length > 0 && steps.at(-1) !== "..") steps.pop();
    else if (step !== ".." || !whole.startsWith("/")) steps.push(step);
  }
  return (whole.startsWith("/") ? "/" : "") + steps.join("/");
}

/** Patterns of several wildcards can name more files than anybody wants to wait for. */
function hasSeveralWildcards(path: string): boolean {
  if (path.includes("[") && path.includes("]")) return true;
  return path.indexOf("*") !== path.lastIndexOf("*") || path.indexOf("?") !== path.lastIndexOf("?");
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

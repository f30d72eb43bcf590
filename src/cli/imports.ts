// What a config imports. What was asked for is remembered with its answer, also when the config
// turns out to be wrong: it may have become right once an import has changed.

import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import type { AdaptOptions } from "../document/index.js";
import { importsFromDisk } from "../platform/index.js";

/** Reads imports for one run of an adapter. */
export class Imports implements Pick<AdaptOptions, "readFile" | "glob"> {
  readonly #contents = new Map<string, string>();
  readonly #matches = new Map<string, string>();

  /** Read a file. */
  readonly readFile = (path: string): string => {
    const content = contentOf(path);
    this.#contents.set(path, fingerprint(content));
    if (content instanceof Error) throw content;
    return content;
  };

  /** The files that a pattern names. */
  readonly glob = (pattern: string): readonly string[] => {
    const files = importsFromDisk.glob(pattern);
    this.#matches.set(pattern, files.join("\n"));
    return files;
  };

  /** The files that were read, or could not be read. */
  get files(): readonly string[] {
    return [...this.#contents.keys()];
  }

  /** The patterns that files were looked for by. */
  get patterns(): readonly string[] {
    return [...this.#matches.keys()];
  }

  /** A file that had a text, and is empty now. */
  emptied(): string | undefined {
    for (const [path, known] of this.#contents) {
      if (known !== EMPTY && statSync(path, { throwIfNoEntry: false })?.size === 0) return path;
    }
    return undefined;
  }

  /** Whether all answers would be the same today. */
  areCurrent(): boolean {
    for (const [pattern, files] of this.#matches) {
      if (importsFromDisk.glob(pattern).join("\n") !== files) return false;
    }
    for (const [path, known] of this.#contents) {
      if (fingerprint(contentOf(path)) !== known) return false;
    }
    return true;
  }
}

const EMPTY = fingerprint("");

function contentOf(path: string): string | Error {
  try {
    return importsFromDisk.readFile(path);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function fingerprint(content: string | Error): string {
  if (content instanceof Error) return content.message;
  return createHash("sha256").update(content).digest("base64url");
}

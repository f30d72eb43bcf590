// What a run has to say without refusing: each once, however often an import repeats it.

import type { Warning } from "../../../src/document/index.js";
import type { Token } from "./token.js";

/** Collects the warnings of one run. */
export class Warnings {
  private readonly found = new Map<string, Warning>();

  /** Say something about a token. */
  add(token: Token, directive: string | undefined, message: string): void {
    const { file, line } = token.place;
    const key = `${file}:${line}:${message}`;
    if (this.found.has(key)) return;
    const about = directive === undefined ? {} : { directive };
    this.found.set(key, { file, line, ...about, message });
  }

  /** All that was said, in its order. */
  get list(): readonly Warning[] {
    return [...this.found.values()];
  }
}

// What a run has to say without refusing: each once, however often an import repeats it.

import type { Warning } from "../../../src/document/index.js";
import type { Token } from "./token.js";

/** Collects the warnings of one run. */
export class Warnings {
  private readonly found = new Map<string, Warning>();
  private said = 0;

  /** Say something about a token. */
  add(token: Token, directive: string | undefined, message: string): void {
    const { file, line } = token.place;
    const about = directive === undefined ? {} : { directive };
    this.keep({ file, line, ...about, message });
  }

  /** How often something was said, repetitions included. */
  get count(): number {
    return this.said;
  }

  /** All that was said, in its order. */
  get list(): readonly Warning[] {
    return [...this.found.values()];
  }

  private keep(warning: Warning): void {
    this.said++;
    const key = `${warning.file}:${warning.line}:${warning.message}`;
    if (!this.found.has(key)) this.found.set(key, warning);
  }
}

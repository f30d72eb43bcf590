// Which file or snippet imports which. One that would come to import itself is refused before its
// tokens multiply.

import { append } from "../append.js";

/** The imports seen so far, by the names of files and `file:snippet`. */
export class ImportGraph {
  private readonly edges = new Map<string, Set<string>>();

  /** Note that `from` imports `to`. False when `to` imports `from` already, in however many steps. */
  connect(from: string, to: string): boolean {
    const targets = this.edges.get(from);
    if (from !== to && targets?.has(to)) return true;
    if (this.reaches(to, from)) return false;
    if (targets === undefined) this.edges.set(from, new Set([to]));
    else targets.add(to);
    return true;
  }

  /** Whether imports lead from one to the other, in at least one step. */
  private reaches(from: string, to: string): boolean {
    const seen = new Set<string>();
    const open = [...(this.edges.get(from) ?? [])];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (name === to) return true;
      if (seen.has(name)) continue;
      seen.add(name);
      append(open, this.edges.get(name) ?? []);
    }
    return false;
  }
}

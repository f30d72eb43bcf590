// Which policies cover which names, looked up by name: among ten thousand policies, comparing each
// with all others would take minutes.

import type { AutomationPolicy } from "./automation-policy.js";
import { coversOf } from "./wildcards.js";

/** A policy with its names as they are compared. */
export interface Named {
  readonly policy: AutomationPolicy;
  readonly names: ReadonlySet<string>;
  /** What covers each of its names. */
  readonly covers: readonly (readonly string[])[];
}

/** Prepare a policy for comparisons. */
export function named(policy: AutomationPolicy): Named {
  const covers = policy.subjects.map(coversOf);
  return { policy, covers, names: new Set(policy.subjects.map((name) => name.toLowerCase())) };
}

/** Whether `b` covers all that `a` is for. A policy without names is for everything. */
export function isSubset({ covers }: Named, { names }: Named): boolean {
  if (names.size === 0) return true;
  return covers.length > 0 && covers.every((some) => some.some((cover) => names.has(cover)));
}

/** Policies of a list by their names. A policy is known by its index. */
export class Covering {
  /** The policies that have a name, in order. */
  private readonly byName = new Map<string, number[]>();
  /** The policies for everything, in order. */
  private readonly defaults: number[] = [];

  constructor(private readonly list: readonly Named[]) {
    for (const [at, { names }] of list.entries()) {
      if (names.size === 0) this.defaults.push(at);
      for (const name of names) {
        const having = this.byName.get(name);
        if (having === undefined) this.byName.set(name, [at]);
        else having.push(at);
      }
    }
  }

  /** The first accepted policy behind `at` that covers all of these names; infinite for none. */
  nextSuperset(
    names: readonly string[],
    at: number,
    accepts: (index: number) => boolean = () => true,
  ): number {
    const [first] = names;
    const candidates =
      first === undefined ? [] : coversOf(first).map((cover) => this.having(cover));
    let next = Number.POSITIVE_INFINITY;
    for (const indexes of [this.defaults, ...candidates]) {
      for (let place = firstBehind(indexes, at); place < indexes.length; place++) {
        const index = indexes[place] as number;
        if (index >= next) break;
        if (accepts(index) && this.coversAll(index, names)) next = index;
      }
    }
    return next;
  }

  private having(name: string): readonly number[] {
    return this.byName.get(name) ?? [];
  }

  private coversAll(index: number, names: readonly string[]): boolean {
    const known = (this.list[index] as Named).names;
    return known.size === 0 || names.every((name) => coversOf(name).some((own) => known.has(own)));
  }
}

/** Where the numbers of a sorted list that are greater than `limit` begin. */
function firstBehind(list: readonly number[], limit: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] as number) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

// Connection policies in their final order: those for all names last, equal ones once, neighbours
// that differ in their names only as one, and those for the same names merged where they agree.
// There may be one for each of ten thousand sites, so that candidates are looked up by their names.

import { canonical } from "./canonical.js";
import { mergeSettings } from "./merge-settings.js";
import type { Policy } from "./policy.js";

/** Put policies in order. Refuses those for the same names that contradict each other. */
export function consolidatePolicies(policies: readonly Policy[]): readonly Policy[] {
  if (policies.length < 2) return policies;
  const list = new PolicyList([
    ...policies.filter(({ names }) => names !== undefined),
    ...policies.filter(({ names }) => names === undefined),
  ]);
  let entry = list.first;
  while (entry !== undefined) {
    const other = list.likeOf(entry);
    if (other === undefined) {
      entry = entry.next;
      continue;
    }
    list.join(entry, other);
    // What was joined may now be like others behind it. Those before it were compared with it.
    if (other.at < entry.at) entry = entry.next;
  }
  return list.policies;
}

/** A policy in the list. Names and settings change as others are joined with it. */
interface Entry {
  /** Its place, which orders entries but is not counted anew. */
  readonly at: number;
  readonly policy: Policy;
  readonly names: string[] | undefined;
  settings: Policy["settings"];
  /** The settings as a text, once they were asked for. */
  text: string | undefined;
  next: Entry | undefined;
  previous: Entry | undefined;
}

class PolicyList {
  first: Entry | undefined;
  /** Entries by something that those for the same names have in common. */
  private readonly groups = new Map<string, Set<Entry>>();

  constructor(policies: readonly Policy[]) {
    let previous: Entry | undefined;
    for (const [at, policy] of policies.entries()) {
      const { settings } = policy;
      const names = policy.names === undefined ? undefined : [...policy.names];
      const entry = { at, policy, names, settings, text: undefined, next: undefined, previous };
      if (previous === undefined) this.first = entry;
      else previous.next = entry;
      this.group(entry).add(entry);
      previous = entry;
    }
  }

  get policies(): readonly Policy[] {
    const list: Policy[] = [];
    for (let entry = this.first; entry !== undefined; entry = entry.next) {
      const { policy, names, settings } = entry;
      list.push({ ...policy, names, settings });
    }
    return list;
  }

  /** The first policy to be joined with another one: for the same names, or a like neighbour. */
  likeOf(entry: Entry): Entry | undefined {
    const { next } = entry;
    const isLike =
      next !== undefined &&
      entry.names !== undefined &&
      next.names !== undefined &&
      textOf(entry) === textOf(next);
    let found = isLike ? next : undefined;
    for (const other of this.group(entry)) {
      if (other === entry || (found !== undefined && other.at > found.at)) continue;
      if (isSameNames(entry.names, other.names)) found = other;
    }
    return found;
  }

  /** Put into a policy what another one says, which is then taken out. */
  join(entry: Entry, other: Entry): void {
    this.remove(other);
    const isSame = textOf(entry) === textOf(other);
    if (!isSame) {
      entry.settings = mergeSettings(entry.settings, other.settings, other.policy.token);
      entry.text = undefined;
    } else if (!isSameNames(entry.names, other.names)) {
      this.group(entry).delete(entry);
      for (const name of other.names ?? []) entry.names?.push(name);
      this.group(entry).add(entry);
    }
  }

  private remove(entry: Entry): void {
    this.group(entry).delete(entry);
    if (entry.previous === undefined) this.first = entry.next;
    else entry.previous.next = entry.next;
    if (entry.next !== undefined) entry.next.previous = entry.previous;
  }

  private group({ names }: Entry): Set<Entry> {
    const key = names === undefined ? "" : `${names.length} ${names[0]} ${names.at(-1)}`;
    let group = this.groups.get(key);
    if (group === undefined) {
      group = new Set();
      this.groups.set(key, group);
    }
    return group;
  }
}

function textOf(entry: Entry): string {
  entry.text ??= canonical(entry.settings);
  return entry.text;
}

function isSameNames(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((name, at) => name === b[at]);
}

// A door without an engine behind it: the pure document functions, and everything kept in memory.
// For tests of what stands in front of the door.

import {
  type Change,
  type ControlEvent,
  type Door,
  type Guard,
  NotKept,
  type Outcome,
  PreconditionFailed,
} from "../../src/control/index.js";
import {
  childOf,
  diff,
  equal,
  idOf,
  isContainer,
  type Json,
  type Operation,
  type Path,
  Renderer,
  valueAt,
} from "../../src/document/index.js";
import type { RevisionRecord } from "../../src/store/index.js";

/** A door, and what a test may look at or tamper with. */
export interface FakeDoor extends Door {
  /** Every change that was asked for. */
  readonly asked: Change[];
  /** Called with each new document before it is accepted; throw to refuse it. */
  check: (document: Json) => void;
  /** Awaited before a change has its turn. */
  turn: () => Promise<void>;
  /** Tell the followers of events something. */
  tell(event: ControlEvent): void;
  readonly followers: number;
}

const NO_TIMINGS = { queued: 0, edit: 0, provision: 0, start: 0, journal: 0, swap: 0 };

/** A door onto `document`. */
export function fakeDoor(document: Json = null): FakeDoor {
  const renderer = new Renderer();
  const records: (RevisionRecord & { readonly document: Json })[] = [];
  const events: ControlEvent[] = [];
  const followers = new Set<(event: ControlEvent) => void>();
  const scope = (path: Path): Json => valueAt(door.document, path) ?? null;

  const apply = (change: Change): Outcome => {
    for (const guard of change.guards ?? []) hold(guard);
    const after = change.edit(door.document);
    const changed = !equal(after, door.document);
    const patch = changed ? diff(door.document, after) : [];
    door.check(after);
    if (change.dryRun) return { ...outcomeOf(change.path, changed), preview: preview(patch) };
    if (changed) commit(change, after, patch);
    return outcomeOf(change.path, changed);
  };
  const hold = (guard: Guard): void => {
    const value = lookUp(door.document, guard.path);
    const holds =
      "hash" in guard
        ? value !== undefined && renderer.hash(value, guard.path) === guard.hash
        : (value !== undefined) === guard.exists;
    if (!holds) throw new PreconditionFailed("the document is not what the condition asks for");
  };
  const commit = (change: Change, after: Json, patch: readonly Operation[]): void => {
    const { source, author, reason } = change;
    const by = { ...(author ? { author } : {}), ...(reason ? { reason } : {}) };
    const record = { number: records.length + 1, time: 0, source, ...by, patch };
    records.push({ ...record, document: after });
    state.document = after;
    const revision = { ...record, reused: 0, rebuilt: 0, timings: NO_TIMINGS };
    door.tell({ id: events.length + 1, type: "applied", revision });
  };
  const outcomeOf = (path: Path, changed: boolean): Outcome => {
    const value = lookUp(door.document, path) ?? null;
    return { changed, revision: records.length, etag: renderer.etag(value, path) };
  };

  const state = { document };
  const door: FakeDoor = {
    asked: [],
    check() {},
    turn: async () => {},
    get document() {
      return state.document;
    },
    get revision() {
      return records.length;
    },
    get followers() {
      return followers.size;
    },
    async change(change) {
      door.asked.push(change);
      await door.turn();
      return apply(change);
    },
    get: (path) => valueAt(door.document, path),
    render: (path) => ({ ...renderer.render(scope(path), path), etag: door.etag(path) }),
    etag: (path) => renderer.etag(scope(path), path),
    pathOfId: (id) => findId(door.document, id, []),
    async revisions({ before = Number.POSITIVE_INFINITY, limit }) {
      const kept = records.filter(({ number }) => number < before).reverse();
      return kept.slice(0, limit).map(({ document: _, ...record }) => record);
    },
    async readRevision(number) {
      const { document: _, ...record } = records[number - 1] ?? {};
      return "patch" in record ? (record as RevisionRecord) : undefined;
    },
    documentAt: async (number) => records[number - 1]?.document,
    async restore(number, by) {
      const kept = records[number - 1];
      if (kept === undefined) throw new NotKept(number);
      return door.change({
        ...by,
        path: [],
        edit: () => kept.document,
        source: `restore ${number}`,
      });
    },
    tell(event) {
      events.push(event);
      for (const follower of followers) follower(event);
    },
    subscribe(listener, since) {
      if (since !== undefined) events.filter(({ id }) => id > since).forEach(listener);
      followers.add(listener);
      return () => followers.delete(listener);
    },
  };
  return door;
}

function preview(changes: readonly Operation[]) {
  return { changes, reprovision: changes.map(({ path }) => path) };
}

function lookUp(root: Json, path: Path): Json | undefined {
  let node: Json | undefined = root;
  for (const step of path) node = childOf(node, step);
  return node;
}

function findId(node: Json, id: string, path: Path): Path | undefined {
  if (idOf(node) === id) return path;
  if (!isContainer(node)) return undefined;
  for (const key of Object.keys(node)) {
    const found = findId(childOf(node, key) as Json, id, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

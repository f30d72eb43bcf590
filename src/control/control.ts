// The one door. Whatever changes the configuration becomes a `Change` and goes through here:
// precondition, edit, reconcile, validate, provision, start, journal, swap, announce. Anything that
// fails before the swap leaves no trace, and the swap cannot fail.

import {
  ConfigError,
  childOf,
  diff,
  freeze,
  type IdIndex,
  type Json,
  locate,
  type Path,
  PathError,
  printPath,
  Renderer,
  reconcile,
  valueAt,
} from "../document/index.js";
import { type Candidate, type Engine, type Log, StartError } from "../engine/index.js";
import type { RevisionRecord, Store } from "../store/index.js";
import type { Change, ControlEvent, Outcome, Revision, Timings } from "./change.js";
import { Unavailable } from "./change.js";
import type { Door } from "./door.js";
import { EventLog } from "./events.js";
import { checkGuards } from "./guards.js";

/** What control is made of. */
export interface ControlOptions {
  readonly engine: Engine;
  readonly store: Store;
  readonly log: Log;
  /** Wall time in milliseconds. */
  readonly now: () => number;
}

/** How many changes may wait for their turn. */
const MAX_WAITING = 10_000;
/** How many changes are made live by one swap, and written down by one fsync. */
const MAX_BATCH = 64;

interface Waiting {
  readonly change: Change;
  readonly since: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/** A change that passed, and waits to be made live together with its batch. */
interface Step {
  readonly waiting: Waiting;
  readonly document: Json;
  readonly ids: IdIndex;
  readonly record: RevisionRecord;
  readonly timings: Pick<Timings, "queued" | "edit" | "provision">;
}

/** The living document. */
export class Control implements Door {
  readonly #options: ControlOptions;
  readonly #renderer = new Renderer();
  readonly #events: EventLog;
  readonly #waiting: Waiting[] = [];
  #ids: IdIndex;
  #revision: number;
  /** The document that the store holds; it is not the live one after a start without `--resume`. */
  #stored: Json;
  #working: Promise<void> | undefined;
  #stopping = false;

  /** `opened` is what the store said when it was opened. */
  constructor(
    options: ControlOptions,
    opened: { readonly document: Json | undefined; readonly revision: number },
    noIds: IdIndex,
  ) {
    this.#options = options;
    this.#revision = opened.revision;
    this.#stored = opened.document ?? null;
    this.#ids = noIds;
    this.#events = new EventLog(options.now());
  }

  get document(): Json {
    return this.#options.engine.document;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Make the first document live. It is written down only when it is not what the store holds. */
  async begin(document: Json, source: string): Promise<void> {
    const { engine } = this.#options;
    const first = reconcile(this.#stored, freeze(document));
    const ids = this.#ids.advance(first);
    const candidate = engine.prepare(first);
    await this.startOrFail(candidate);
    if (first !== this.#stored && first !== null) {
      const record = this.record(
        { edit: () => first, path: [], source },
        first,
        this.#revision + 1,
      );
      await this.write([record], first, candidate);
    }
    engine.swap(candidate);
    this.#ids = ids;
  }

  change(change: Change): Promise<Outcome> {
    if (this.#stopping) return Promise.reject(new Unavailable("the process is stopping"));
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(new Unavailable(`${MAX_WAITING} changes are waiting already`));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, since: performance.now(), resolve, reject });
      this.#working ??= this.work();
    });
  }

  /** Take no more changes; resolves when those that wait are done. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#working;
  }

  get(path: Path): Json | undefined {
    return valueAt(this.document, path);
  }

  render(path: Path) {
    const value = this.get(path) ?? null;
    return { ...this.#renderer.render(value, path), etag: this.#renderer.etag(value, path) };
  }

  etag(path: Path): string {
    return this.#renderer.etag(this.get(path) ?? null, path);
  }

  pathOfId(id: string): Path | undefined {
    return this.#ids.find(id);
  }

  revisions(query: { before?: number; limit: number }): Promise<RevisionRecord[]> {
    return this.#options.store.list(query);
  }

  readRevision(number: number): Promise<RevisionRecord | undefined> {
    return this.#options.store.read(number);
  }

  documentAt(number: number): Promise<Json | undefined> {
    return this.#options.store.documentAt(number);
  }

  async restore(
    number: number,
    by: Pick<Change, "author" | "reason" | "dryRun">,
  ): Promise<Outcome> {
    const document = await this.documentAt(number);
    if (document === undefined) {
      throw new PathError([String(number)], "missing", "this revision is not kept");
    }
    return this.change({ ...by, edit: () => document, path: [], source: `restore ${number}` });
  }

  subscribe(listener: (event: ControlEvent) => void, since?: number): () => void {
    return this.#events.subscribe(listener, since);
  }

  /** Work through what waits, as many changes at a time as have come in meanwhile. */
  private async work(): Promise<void> {
    // What arrives in the same turn of the event loop belongs to the same batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.batch(this.#waiting.splice(0, MAX_BATCH));
    this.#working = undefined;
  }

  /** Make changes live together: one swap, one fsync, and for each caller an answer of its own. */
  private async batch(batch: readonly Waiting[]): Promise<void> {
    const steps: Step[] = [];
    let candidate: Candidate | undefined;
    for (const waiting of batch) {
      try {
        const taken = this.step(waiting, steps.at(-1), candidate);
        if (taken === undefined) continue;
        steps.push(taken.step);
        candidate = taken.candidate;
      } catch (error) {
        this.refuse(waiting, error);
      }
    }
    if (candidate === undefined) return;
    try {
      await this.commit(candidate, steps);
    } catch (error) {
      // Which of several changes was at fault shows when each is tried alone.
      if (steps.length > 1) for (const { waiting } of steps) await this.batch([waiting]);
      else this.refuse((steps[0] as Step).waiting, error);
    }
  }

  /** Everything up to the start. Undefined when the change was answered already. */
  private step(
    waiting: Waiting,
    last: Step | undefined,
    onto: Candidate | undefined,
  ): { step: Step; candidate: Candidate } | undefined {
    const { change, since } = waiting;
    const { engine } = this.#options;
    const began = performance.now();
    const before = last?.document ?? this.document;
    checkGuards(change.guards ?? [], before, (value, path) => this.#renderer.hash(value, path));
    const document = reconcile(before, freeze(change.edit(before)));
    const edited = performance.now();
    if (document === before && change.force !== true) {
      this.answer(waiting, { changed: false, document, revision: last?.record.number });
      return undefined;
    }
    const ids = (last?.ids ?? this.#ids).advance(document);
    const candidate = engine.prepare(document, { force: change.force ?? false, onto });
    const provisioned = performance.now();
    if (change.dryRun === true) {
      this.answer(waiting, {
        changed: document !== before,
        document,
        revision: this.#revision,
        preview: {
          changes: diff(before, document),
          reprovision: candidate.built.map((unit) => printPath(unit.path) || "/"),
        },
      });
      return undefined;
    }
    const number = (last?.record.number ?? this.#revision) + 1;
    const record = this.record(change, document, number, last?.document ?? this.#stored);
    const timings = {
      queued: began - since,
      edit: edited - began,
      provision: provisioned - edited,
    };
    return { step: { waiting, document, ids, record, timings }, candidate };
  }

  /** Start, journal, swap, announce. */
  private async commit(candidate: Candidate, steps: readonly Step[]): Promise<void> {
    const last = steps.at(-1) as Step;
    const began = performance.now();
    await this.startOrFail(candidate);
    const started = performance.now();
    await this.write(
      steps.map((step) => step.record),
      last.document,
      candidate,
    );
    const written = performance.now();
    const { reused, rebuilt } = this.#options.engine.swap(candidate);
    this.#ids = last.ids;
    const swapped = performance.now();
    for (const { waiting, document, record, timings } of steps) {
      const revision: Revision = {
        ...record,
        reused,
        rebuilt,
        timings: {
          ...timings,
          start: started - began,
          journal: written - started,
          swap: swapped - written,
        },
      };
      this.#events.add({ type: "applied", revision });
      this.answer(waiting, { changed: true, document, revision: record.number });
    }
  }

  private async startOrFail(candidate: Candidate): Promise<void> {
    try {
      await this.#options.engine.start(candidate);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      throw new ConfigError({ path: error.path, message: error.message });
    }
  }

  /**
   * Write down what is about to become live; a candidate whose revision cannot be kept is given up.
   * A document that does not want to be kept is not written, and its changes have no numbers.
   */
  private async write(
    records: readonly RevisionRecord[],
    document: Json,
    candidate: Candidate,
  ): Promise<void> {
    const { store, engine } = this.#options;
    if (persists(document)) {
      try {
        await store.append(records, document);
      } catch (error) {
        await engine.discard(candidate);
        throw error;
      }
      this.#stored = document;
      this.#revision = records.at(-1)?.number ?? this.#revision;
    }
  }

  private record(
    change: Change,
    document: Json,
    number: number,
    before: Json = this.#stored,
  ): RevisionRecord {
    const { source, author, reason } = change;
    return {
      number,
      time: this.#options.now(),
      source,
      ...(author === undefined ? {} : { author }),
      ...(reason === undefined ? {} : { reason }),
      patch: diff(before, document),
    };
  }

  private answer(
    waiting: Waiting,
    result: {
      changed: boolean;
      document: Json;
      revision: number | undefined;
      preview?: NonNullable<Outcome["preview"]>;
    },
  ): void {
    const { path } = waiting.change;
    waiting.resolve({
      changed: result.changed,
      revision: result.revision ?? this.#revision,
      etag: this.#renderer.etag(valueOrNull(result.document, path), path),
      ...(result.preview ? { preview: result.preview } : {}),
    });
  }

  private refuse(waiting: Waiting, thrown: unknown): void {
    const { source, author, reason, adapted, dryRun } = waiting.change;
    const error =
      thrown instanceof ConfigError
        ? new ConfigError(thrown.issues.map((issue) => locate(issue, adapted)))
        : thrown;
    if (dryRun !== true) {
      this.#events.add({
        type: "refused",
        time: this.#options.now(),
        source,
        ...(author === undefined ? {} : { author }),
        ...(reason === undefined ? {} : { reason }),
        error: error instanceof Error ? error.message : String(error),
      });
    }
    waiting.reject(error);
  }
}

/** Whether the document wants to be kept across restarts (`admin.config.persist`). */
function persists(document: Json): boolean {
  const config = childOf(childOf(document, "admin"), "config");
  return childOf(config, "persist") !== false;
}

function valueOrNull(document: Json, path: Path): Json {
  let node: Json | undefined = document;
  for (const step of path) node = childOf(node, step);
  return node ?? null;
}

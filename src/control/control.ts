// The one door. Whatever changes the configuration becomes a `Change` and goes through here:
// precondition, edit, reconcile, validate, provision, start, journal, swap, announce. Anything that
// fails before the swap leaves no trace, and the swap cannot fail.

import {
  type Adapted,
  ConfigError,
  diff,
  freeze,
  type IdIndex,
  type Json,
  locate,
  type Path,
  printPath,
  Renderer,
  reconcile,
  valueAt,
} from "../document/index.js";
import type { Candidate, Engine, Log, Whereabouts } from "../engine/index.js";
import type { RevisionRecord, Store } from "../store/index.js";
import { Answer } from "./answer.js";
import type { Change, ControlEvent, Outcome, Terms } from "./change.js";
import { NotKept, Unavailable } from "./change.js";
import type { Door } from "./door.js";
import { EventLog } from "./events.js";
import { checkGuards } from "./guards.js";
import { Origins, originOf } from "./origins.js";
import {
  type Committed,
  NO_CHANGES,
  NOTHING_COMMITTED,
  numberOf,
  persists,
  recordOf,
  refusalOf,
  type Step,
  startOrFail,
  type Taken,
  valueOrNull,
  type Waiting,
} from "./step.js";

/** What control is made of. */
export interface ControlOptions {
  readonly engine: Engine;
  readonly store: Store;
  readonly log: Log;
  /** Wall time in milliseconds. */
  readonly now: () => number;
  /** Milliseconds since some moment; bounds how long a batch takes. */
  readonly elapsed?: () => number;
}

/** How many changes may wait for their turn. */
const MAX_WAITING = 10_000;
/** How many changes are made live by one swap, and written down by one fsync. */
const MAX_BATCH = 64;
/** How long a batch may keep the process from other work before it is made live (milliseconds). */
const BATCH_MS = 5;

/** The living document. */
export class Control implements Door {
  readonly #options: ControlOptions;
  readonly #renderer = new Renderer();
  readonly #events: EventLog;
  readonly #origins = new Origins();
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
    this.#events = new EventLog(options.now(), options.log);
  }

  get document(): Json {
    return this.#options.engine.document;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Where a node is now that stood at `path`, and the line that it came from; for the log. */
  whereabouts(node: Json, path: Path): Whereabouts {
    return this.#origins.find(this.document, node, path);
  }

  /**
   * Make the first document live; `adapted` is the text that it came from. It is written down only
   * when it is not what the store holds. When it cannot be, it is served all the same: nobody was
   * promised more, and the next change that is written down holds it.
   */
  async begin(document: Json, source: string, adapted?: Adapted): Promise<void> {
    const beginning = this.first(document, source, adapted);
    // A change may come in as soon as anything listens: its turn is after this.
    this.#working = beginning.then(
      () => this.work(),
      () => this.abandon(),
    );
    await beginning;
  }

  private async first(document: Json, source: string, adapted?: Adapted): Promise<void> {
    const { engine, log, now } = this.#options;
    const first = reconcile(this.#stored, freeze(document));
    this.#origins.live = adapted && originOf(first, adapted);
    const ids = this.#ids.advance(first);
    const candidate = engine.prepare(first);
    await startOrFail(engine, candidate);
    if (first !== this.#stored && first !== null && persists(first)) {
      const number = this.#revision + 1;
      const edit = { number, time: now(), patch: diff(this.#stored, first) };
      await this.write([recordOf({ source }, edit)], first).catch((error) =>
        log.error("what is served could not be written down", { error }),
      );
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

  async restore(number: number, by: Terms): Promise<Outcome> {
    const document = await this.documentAt(number);
    if (document === undefined) throw new NotKept(number);
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

  /** There is no first document, so there is none to change. */
  private abandon(): void {
    this.#stopping = true;
    this.#working = undefined;
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new Unavailable("the process could not start"));
    }
  }

  /**
   * Make changes live together: one swap, one fsync, and for each caller an answer of its own. What
   * is said of a change that follows another waits until that other one is live, too.
   */
  private async batch(batch: readonly Waiting[]): Promise<void> {
    const taken: Taken[] = [];
    let last: Step | undefined;
    const { elapsed = () => performance.now() } = this.#options;
    const until = elapsed() + BATCH_MS;
    for (const [i, waiting] of batch.entries()) {
      if (i > 0 && elapsed() > until) {
        this.#waiting.unshift(...batch.slice(i));
        break;
      }
      const next = this.take(waiting, last);
      last = next.step ?? last;
      if (last === undefined) next.end(NOTHING_COMMITTED);
      else taken.push(next);
    }
    const steps = taken.flatMap(({ step }) => step ?? []);
    if (last === undefined) return;
    let committed: Committed;
    try {
      committed = await this.commit(last.candidate, steps);
    } catch (error) {
      // Which of several changes was at fault shows when each is tried alone.
      const [first, ...others] = taken as [Taken, ...Taken[]];
      if (steps.length === 1) this.refuse(first.waiting, error);
      else await this.batch([first.waiting]);
      for (const { waiting } of others) await this.batch([waiting]);
      return;
    }
    for (const { end } of taken) end(committed);
  }

  /** One change, as far as it goes without making anything live. */
  private take(waiting: Waiting, last: Step | undefined): Taken {
    try {
      return this.step(waiting, last);
    } catch (error) {
      return { waiting, end: () => this.refuse(waiting, error) };
    }
  }

  /** Everything up to the start. */
  private step(waiting: Waiting, last: Step | undefined): Taken {
    const { change, since } = waiting;
    const { engine } = this.#options;
    const began = performance.now();
    const before = last?.document ?? this.document;
    checkGuards(change.guards ?? [], before, (value, path) => this.#renderer.hash(value, path));
    const document = reconcile(before, freeze(change.edit(before)));
    const edited = performance.now();
    const origin = change.adapted ? originOf(document, change.adapted) : last?.origin;
    if (document === before && change.force !== true) {
      const end = () => {
        if (change.dryRun !== true) this.#origins.live = origin ?? this.#origins.live;
        const preview = change.dryRun === true ? NO_CHANGES : undefined;
        this.answer(waiting, { changed: false, document, revision: numberOf(last), preview });
      };
      return { waiting, end };
    }
    const ids = (last?.ids ?? this.#ids).advance(document);
    const onto = last?.candidate;
    const { force = false } = change;
    const candidate = this.#origins.during(origin, () => engine.prepare(document, { force, onto }));
    if (change.dryRun === true) return this.previewed(waiting, before, candidate, last);
    const timings = {
      queued: began - since,
      edit: edited - began,
      provision: performance.now() - edited,
    };
    const recorded = this.recorded(change, document, last);
    const step = { waiting, document, ids, candidate, origin, timings, ...recorded };
    return { waiting, step, end: (committed) => this.announce(step, committed) };
  }

  private previewed(
    waiting: Waiting,
    before: Json,
    { document, built }: Candidate,
    last: Step | undefined,
  ): Taken {
    const preview = {
      changes: diff(before, document),
      reprovision: built.map((unit) => printPath(unit.path) || "/"),
    };
    const result = { changed: document !== before, document, revision: numberOf(last), preview };
    return { waiting, end: () => this.answer(waiting, result) };
  }

  /** The record of a change; one whose document does not want to be kept has no number of its own. */
  private recorded(
    change: Change,
    document: Json,
    last: Step | undefined,
  ): Pick<Step, "record" | "kept" | "stored"> {
    const kept = persists(document);
    const number = (numberOf(last) ?? this.#revision) + (kept ? 1 : 0);
    const stored = last?.stored ?? this.#stored;
    const before = kept ? stored : (last?.document ?? this.document);
    const edit = { number, time: this.#options.now(), patch: diff(before, document) };
    const record = recordOf(change, edit);
    return { record, kept, stored: kept ? document : stored };
  }

  /** Start, journal, swap. */
  private async commit(candidate: Candidate, steps: readonly Step[]): Promise<Committed> {
    const { engine } = this.#options;
    const last = steps.at(-1) as Step;
    const began = performance.now();
    await this.#origins.during(last.origin, () => startOrFail(engine, candidate));
    const started = performance.now();
    const records = steps.filter(({ kept }) => kept).map(({ record }) => record);
    try {
      await this.write(records, last.stored);
    } catch (error) {
      await engine.discard(candidate);
      throw this.unwritten(error);
    }
    const written = performance.now();
    const { reused, rebuilt } = engine.swap(candidate);
    this.#ids = last.ids;
    this.#origins.live = last.origin ?? this.#origins.live;
    const swap = performance.now() - written;
    const timings = { start: started - began, journal: written - started, swap };
    return { reused, rebuilt, timings };
  }

  private announce(
    { waiting, document, record, timings }: Step,
    { reused, rebuilt, timings: shared }: Committed,
  ): void {
    const revision = { ...record, reused, rebuilt, timings: { ...timings, ...shared } };
    this.#events.add({ type: "applied", revision });
    this.answer(waiting, { changed: true, document, revision: record.number });
  }

  /** Write down what is about to become live, after which the store holds `stored`. */
  private async write(records: readonly RevisionRecord[], stored: Json): Promise<void> {
    if (records.length === 0) return;
    await this.#options.store.append(records, stored);
    this.#stored = stored;
    this.#revision = records.at(-1)?.number ?? this.#revision;
  }

  /** What is wrong with the disk is nobody's request: it may be mended, and asked again. */
  private unwritten(cause: unknown): Unavailable {
    if (cause instanceof Unavailable) return cause;
    this.#options.log.error("a change could not be written down", { error: cause });
    const why = cause instanceof Error ? cause.message : String(cause);
    return new Unavailable(`the change was not made, as it could not be kept: ${why}`, { cause });
  }

  private answer(
    waiting: Waiting,
    result: {
      changed: boolean;
      document: Json;
      revision: number | undefined;
      preview?: Outcome["preview"];
    },
  ): void {
    const { path } = waiting.change;
    const { changed, document, preview, revision = this.#revision } = result;
    const etag = () => this.#renderer.etag(valueOrNull(document, path), path);
    waiting.resolve(new Answer(changed, revision, etag, preview));
  }

  private refuse(waiting: Waiting, thrown: unknown): void {
    const { adapted } = waiting.change;
    const error =
      thrown instanceof ConfigError
        ? new ConfigError(thrown.issues.map((issue) => locate(issue, adapted)))
        : thrown;
    if (waiting.change.dryRun !== true) {
      this.#events.add(refusalOf(waiting.change, error, this.#options.now()));
    }
    waiting.reject(error);
  }
}

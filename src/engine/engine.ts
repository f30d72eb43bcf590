// The engine runs one document and swaps it for the next, all of it or none. It owns the one
// variable that changes: which generation is running.

import { ConfigError, isObject, type Json, type JsonObject, type Path } from "../document/index.js";
import { Drains } from "./drain.js";
import type { Workshop } from "./frame.js";
import { Kept } from "./kept.js";
import { Memo } from "./memo.js";
import type { Definition, Keepable, Life, Shared } from "./module.js";
import type { Ports } from "./ports.js";
import { Transaction } from "./provision.js";
import { rebuilt } from "./rebuild.js";
import type { Registry } from "./registry.js";
import { defineRoot } from "./root.js";
import { SharedPool } from "./shared.js";
import { Spot } from "./spot.js";
import { type Held, release, retain, Unit } from "./unit.js";

/** What an engine is made of. */
export interface EngineOptions {
  readonly registry: Registry;
  readonly ports: Ports;
  /** Top-level fields besides `apps`, such as `admin`: always provisioned, absent ones as `{}`. */
  readonly sections?: Readonly<Record<string, Definition>>;
}

/** A document that was provisioned, and could be started. */
export interface Candidate {
  readonly document: Json;
  readonly root: Unit;
  /** What was built for it and for those it builds upon. */
  readonly fresh: Memo;
  /** What had to be built for it. */
  readonly built: readonly Unit[];
  /** What it brings into use, children first; filled by `start`. */
  readonly adopted: Held[];
}

/** How a change was made live. */
export interface Swapped {
  readonly reused: number;
  readonly rebuilt: number;
}

/** Runs one document at a time. */
export class Engine {
  readonly #workshop: Workshop;
  readonly #rootDefinition: Definition;
  readonly #drains: Drains;
  #running: Unit | undefined;
  #document: Json = null;

  constructor(options: EngineOptions) {
    const { registry, ports } = options;
    const workshop: Workshop = {
      registry,
      ports,
      pool: new SharedPool(),
      memo: new Memo(),
      rebuild: (unit) => {
        const instance = rebuilt(workshop, unit);
        if (unit.dueAt !== undefined) void this.#drains.stop(unit, instance, AbortSignal.abort());
        return instance;
      },
    };
    this.#workshop = workshop;
    this.#rootDefinition = defineRoot(options.sections ?? {});
    this.#drains = new Drains(ports);
  }

  /** The document that is live. */
  get document(): Json {
    return this.#document;
  }

  /** What is open, in use and draining: none of it may grow without the document growing. */
  get inventory(): { readonly units: number; readonly shared: number; readonly draining: number } {
    const { memo, pool } = this.#workshop;
    return { units: memo.size, shared: pool.size + memo.keeping, draining: this.#drains.size };
  }

  /** The instance of an app that is running. */
  app(id: string): Life | undefined {
    const unit = this.#running?.holds.find(
      (held) => held instanceof Unit && held.definition.id === id && held.path[0] === "apps",
    );
    return unit instanceof Unit ? unit.instance : undefined;
  }

  /** The first shared resource whose key begins with `prefix`. */
  sharedWith(prefix: string): Shared | undefined {
    return this.#workshop.pool.peekAny(prefix);
  }

  /** What is kept of a kind (see `Context.keep`), by name; undefined where nobody has used it yet. */
  *kept(kind: string): Generator<readonly [name: string, value: Keepable | undefined]> {
    for (const { name, value } of this.#workshop.memo.keptOf(kind)) yield [name, value];
  }

  /**
   * Provision a document. Throws `ConfigError` with everything that is wrong; nothing is acquired.
   * `onto` is a candidate that was not started, whose new parts may be used.
   */
  prepare(
    document: Json,
    options: { readonly force?: boolean; readonly onto?: Candidate | undefined } = {},
  ): Candidate {
    const { force = false, onto } = options;
    const fresh = force ? undefined : onto?.fresh;
    const transaction = new Transaction(this.#workshop, document, force, fresh);
    const node = rootOf(document);
    const root = transaction.unit(this.#rootDefinition, node, [], undefined);
    return { document, root, built: transaction.built, fresh: transaction.fresh, adopted: [] };
  }

  /** Start what the candidate brings. When any of it fails, all of it is stopped again. */
  async start(candidate: Candidate): Promise<void> {
    retain(candidate.root, (held) => candidate.adopted.push(held));
    for (const held of candidate.adopted) if (held instanceof Kept) held.enter();
    for (const held of candidate.adopted) {
      if (!(held instanceof Unit) || !held.lives) continue;
      held.started = true;
      try {
        const starting = held.alive?.start?.();
        if (starting !== undefined) await starting;
      } catch (error) {
        await this.discard(candidate);
        throw new StartError(held.path, error);
      }
    }
  }

  /** Give a started candidate up: it never was live. */
  async discard(candidate: Candidate): Promise<void> {
    release(candidate.root, () => {});
    const adopted = candidate.adopted.splice(0).reverse();
    await this.#drains.now(adopted);
    this.letGo(adopted);
  }

  /** Make a started candidate live. Synchronous; what only the old generation needed drains and stops. */
  swap(candidate: Candidate): Swapped {
    const { memo } = this.#workshop;
    const old = this.#running;
    for (const held of candidate.adopted) memo.add(held);
    for (const held of candidate.adopted) this.activate(held);
    this.#running = candidate.root;
    this.#document = candidate.document;
    const retired: Held[] = [];
    if (old) release(old, (held) => retired.push(held));
    this.retire(retired);
    const rebuilt = candidate.adopted.filter((held) => held instanceof Unit).length;
    return { reused: Math.max(0, memo.size - rebuilt), rebuilt };
  }

  /** Stop everything. True when all work in flight finished before `cut` aborted. */
  async stop(cut: AbortSignal): Promise<boolean> {
    const retired: Held[] = [];
    if (this.#running) release(this.#running, (held) => retired.push(held));
    this.#running = undefined;
    this.retire(retired);
    return this.#drains.end(cut);
  }

  /** What is kept goes on until those have ended who may still use it, and may come back till then. */
  private retire(retired: readonly Held[]): void {
    const { memo } = this.#workshop;
    const kept: Kept[] = [];
    for (const held of retired) {
      if (held instanceof Kept) kept.push(held);
      else memo.remove(held);
    }
    for (const one of kept) one.drains++;
    this.#drains.later(retired, () => {
      for (const one of kept) one.drains--;
      this.letGo(kept);
    });
  }

  private letGo(kept: readonly Held[]): void {
    for (const held of kept) {
      if (!(held instanceof Kept) || held.holders > 0 || held.drains > 0) continue;
      this.#workshop.memo.remove(held);
      held.close();
    }
  }

  private activate(held: Held): void {
    if (!(held instanceof Unit) || !held.lives) return;
    try {
      held.alive?.activate?.();
    } catch (error) {
      const { ports } = this.#workshop;
      ports.log.error("activate failed: this is a bug in the module", {
        module: held.definition.id,
        ...new Spot(ports, held.node, held).facts,
        error,
      });
    }
  }
}

const EMPTY: JsonObject = Object.freeze({});

/** The node to provision; null is a document with nothing in it. */
function rootOf(document: Json): JsonObject {
  if (document === null) return EMPTY;
  if (isObject(document)) return document;
  const found = Array.isArray(document) ? "an array" : `a ${typeof document}`;
  throw new ConfigError({ path: [], message: `the document must be an object, found ${found}` });
}

/** A module could not acquire what it needs, such as a port that is in use. */
export class StartError extends Error {
  override readonly name = "StartError";
  constructor(
    /** Where the module stands. */
    readonly path: Path,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

// `createGraft`: the whole of it as a library. Any number of them live in one process; everything
// they touch is handed in.

import type { Router } from "express";
import { Counter, collectDefaultMetrics, Gauge, Registry as MetricsRegistry } from "prom-client";
import { type AdminServerOptions, createAdminRouter, createAdminServer } from "./admin/index.js";
import { AdminListener, defineAdminSection } from "./admin/section.js";
import { UPSTREAMS, upstreamStatuses } from "./apps/http/reverseproxy/index.js";
import { standardModules } from "./apps/standard.js";
import { type Change, Control, type Door, type Outcome, type Revision } from "./control/index.js";
import {
  type Adapted,
  type Adapter,
  type AdaptOptions,
  describeUnknown,
  freeze,
  IdIndex,
  type Json,
  type Path,
  parseJson,
  parsePath,
  type Warning,
} from "./document/index.js";
import {
  type Clock,
  type Definition,
  Engine,
  type Life,
  type Log,
  Registry,
  silentLog,
} from "./engine/index.js";
import { defineLoggingSection } from "./logging.js";
import { type RootLog, realClock } from "./platform/index.js";
import { createMemoryStore, type Opened, type Store } from "./store/index.js";

/** What a Graft is made of. Everything has a default. */
export interface GraftOptions {
  /** Modules besides the standard ones. */
  readonly modules?: readonly Definition[];
  /** Formats besides JSON. */
  readonly adapters?: readonly Adapter[];
  /** What adapters may use: reading imported files, globs. */
  readonly adapting?: Omit<AdaptOptions, "file">;
  /** Where revisions are written down; in memory by default. */
  readonly store?: Store;
  /** What the store said, when the caller has opened it already. */
  readonly opened?: Opened;
  readonly log?: Log | RootLog;
  readonly clock?: Clock;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The document to begin with. It is served also when the store cannot write it down. */
  readonly document?: Json;
  /** What the document was adapted from, so that the log can name the lines of its text. */
  readonly adapted?: Adapted;
  /** Begin with the last revision of the store instead, if there is one. */
  readonly resume?: boolean;
  /** Where the admin endpoint listens when the document does not say. Without it: nowhere. */
  readonly adminListen?: string;
  /** What `POST /stop` does; by default it stops this Graft. */
  readonly onStop?: () => void;
}

/** How a document is loaded. */
export interface LoadOptions extends Pick<Change, "author" | "reason" | "force" | "dryRun"> {
  /** The format of a text: `json` (the default), or the name of an adapter. */
  readonly format?: string;
  /** The text's file name, for messages and imports. */
  readonly file?: string;
  /** By which way it came; `load` by default. */
  readonly source?: string;
}

/** What became of a load. */
export interface Loaded extends Outcome {
  readonly warnings: readonly Warning[];
  /** The files that the text imported. */
  readonly imported: readonly string[];
}

/** A change in the words of an embedder. */
export type EmbeddedChange = Omit<Change, "path" | "source"> & {
  /** The scope whose ETag the outcome tells; the root by default. */
  readonly path?: Path | string;
  readonly source?: string;
};

/** A living configuration. */
export interface Graft {
  /** The admin API as an Express router, for mounting in an app. It does not ask who is calling. */
  readonly admin: Router;
  /** Everything that can be done with the document. */
  readonly door: Door;
  /** The document that is live. */
  readonly document: Json;
  /** The modules it knows. */
  readonly registry: Registry;
  /** Replace the document by a value, or by a text in a known format. */
  load(input: Json, options?: LoadOptions): Promise<Loaded>;
  /** Turn a text into a document without loading it. */
  adapt(text: string, format: string, file?: string): Adapted;
  /** Provision a document without starting it. Throws `ConfigError` with everything that is wrong. */
  validate(document: Json): void;
  /** Change the document by a pure function. */
  change(change: EmbeddedChange): Promise<Outcome>;
  /** Every revision that is applied from now on. */
  revisions(): AsyncIterableIterator<Revision>;
  /** A running app, such as `app<HttpApp>("http")`. */
  app<T extends Life>(id: string): T | undefined;
  /** Where the admin endpoint is reached, if it has one. */
  readonly adminAddress: string | undefined;
  /** What is in use, shared and draining. */
  readonly inventory: Engine["inventory"];
  /** Let work in flight finish until `cut` aborts, then stop. True when nothing had to be cut. */
  stop(cut?: AbortSignal): Promise<boolean>;
}

/** Make a Graft and begin to serve. Rejects with `ConfigError` when the first document cannot be served. */
export async function createGraft(options: GraftOptions = {}): Promise<Graft> {
  const log = options.log ?? silentLog;
  const store = options.store ?? createMemoryStore(1000);
  const opened = options.opened ?? (await store.open());
  for (const report of opened.reports) log.warn(report);
  try {
    return await begin(options, log, store, opened);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function begin(
  { document = null, adapted, opened: _, ...options }: GraftOptions,
  log: Log,
  store: Store,
  opened: Opened,
): Promise<Graft> {
  const clock = options.clock ?? realClock;
  const adapters = options.adapters ?? [];
  const registry = new Registry([...standardModules, ...(options.modules ?? [])]);
  const metrics = new MetricsRegistry();
  const ending = new AbortController();
  const adminOptions: AdminServerOptions = {
    get door() {
      return control;
    },
    adapters,
    adapting: { env: options.env ?? {}, ...options.adapting },
    metrics,
    upstreams: () => upstreamStatuses(engine.kept(UPSTREAMS)),
    stop: () => (options.onStop ? options.onStop() : void graft.stop()),
    ended: ending.signal,
    clock,
    log,
    vars: () => ({ revision: control.revision, ...engine.inventory }),
    rules: () => ({ enforceHost: false, enforceOrigin: false, origins: [] }),
  };
  const engine = new Engine({
    registry,
    ports: {
      clock,
      log,
      env: options.env ?? {},
      whereabouts: (node, path) => control.whereabouts(node, path),
    },
    sections: {
      admin: defineAdminSection({
        defaultListen: options.adminListen,
        createServer: (rules) => createAdminServer(withRules(adminOptions, rules)),
      }),
      logging: defineLoggingSection((level) => {
        if ("level" in log) log.level = level;
      }),
    },
  });
  const control: Control = new Control(
    { engine, store, log, now: clock.now },
    opened,
    IdIndex.of(null),
  );
  observe(metrics, control, engine);

  const parts = { engine, control, registry, store, adminOptions, ending };
  const graft = new RunningGraft(options, parts);
  const resumed = options.resume === true && opened.document !== undefined;
  if (resumed) await control.begin(opened.document as Json, "resume");
  else await control.begin(document, "start", adapted);
  return graft;
}

function withRules(
  options: AdminServerOptions,
  rules: AdminServerOptions["rules"],
): AdminServerOptions {
  return Object.create(options, { rules: { value: rules } });
}

interface Parts {
  readonly engine: Engine;
  readonly control: Control;
  readonly registry: Registry;
  readonly store: Store;
  readonly adminOptions: AdminServerOptions;
  /** Aborted when the last change is made. */
  readonly ending: AbortController;
}

/** What is left of the options once it runs. It must not keep the first document for ever. */
type LastingOptions = Omit<GraftOptions, "document" | "adapted" | "opened">;

class RunningGraft implements Graft {
  readonly #parts: Parts;
  readonly #options: LastingOptions;
  #admin: Router | undefined;
  #stopped: Promise<boolean> | undefined;
  readonly #ends = new Set<() => void>();

  constructor(options: LastingOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
  }

  get admin(): Router {
    this.#admin ??= createAdminRouter(this.#parts.adminOptions);
    return this.#admin;
  }

  get door(): Door {
    return this.#parts.control;
  }

  get document(): Json {
    return this.#parts.control.document;
  }

  get registry(): Registry {
    return this.#parts.registry;
  }

  get inventory() {
    return this.#parts.engine.inventory;
  }

  get adminAddress(): string | undefined {
    const listener = this.#parts.engine.sharedWith("admin ");
    return listener instanceof AdminListener ? listener.bound : undefined;
  }

  async load(input: Json, options: LoadOptions = {}): Promise<Loaded> {
    const { format = "json", file, source = "load", ...rest } = options;
    const adapted: Adapted =
      typeof input === "string"
        ? this.adapt(input, format, file)
        : { document: freeze(input), warnings: [] };
    const change: Change = { ...rest, edit: () => adapted.document, path: [], source, adapted };
    const outcome = await this.door.change(change);
    const { warnings, imported = [] } = adapted;
    return Object.assign(outcome, { warnings, imported });
  }

  adapt(text: string, format: string, file?: string): Adapted {
    if (format === "json") return { document: parseJson(text), warnings: [] };
    const { adapters = [], env = {}, adapting } = this.#options;
    const adapter = adapters.find(({ name }) => name === format);
    if (adapter === undefined) throw new Error(describeUnknown(format, adapters));
    return adapter.adapt(text, { env, ...adapting, ...(file === undefined ? {} : { file }) });
  }

  validate(document: Json): void {
    const { engine } = this.#parts;
    IdIndex.of(document);
    engine.prepare(document, { force: true });
  }

  change(change: EmbeddedChange): Promise<Outcome> {
    const { path = [], source = "library", ...rest } = change;
    const steps = typeof path === "string" ? parsePath(path) : path;
    return this.door.change({ ...rest, path: steps, source });
  }

  revisions(): AsyncIterableIterator<Revision> {
    const waiting: Revision[] = [];
    let wake: (() => void) | undefined;
    let ended = false;
    const unsubscribe = this.door.subscribe((event) => {
      if (event.type !== "applied") return;
      waiting.push(event.revision);
      wake?.();
    });
    const end = () => {
      ended = true;
      unsubscribe();
      this.#ends.delete(end);
      wake?.();
    };
    this.#ends.add(end);
    const next = async (): Promise<IteratorResult<Revision>> => {
      while (waiting.length === 0 && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const value = waiting.shift();
      return value ? { value, done: false } : { value: undefined, done: true };
    };
    const finish = async (): Promise<IteratorResult<Revision>> => {
      end();
      return { value: undefined, done: true };
    };
    return {
      next,
      return: finish,
      [Symbol.asyncIterator]: function () {
        return this;
      },
    };
  }

  app<T extends Life>(id: string): T | undefined {
    return this.#parts.engine.app(id) as T | undefined;
  }

  stop(cut: AbortSignal = AbortSignal.abort()): Promise<boolean> {
    this.#stopped ??= this.shutDown(cut);
    return this.#stopped;
  }

  private async shutDown(cut: AbortSignal): Promise<boolean> {
    const { control, engine, store, ending } = this.#parts;
    await control.stop();
    ending.abort();
    const clean = await engine.stop(cut);
    await store.close();
    for (const end of [...this.#ends]) end();
    return clean;
  }
}

/** Count what happens at the door, for `/metrics`. */
function observe(metrics: MetricsRegistry, control: Control, engine: Engine): void {
  collectDefaultMetrics({ register: metrics });
  const changes = new Counter({
    name: "graft_changes_total",
    help: "Changes by what became of them.",
    labelNames: ["result"],
    registers: [metrics],
  });
  control.subscribe((event) => changes.inc({ result: event.type }));
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [metrics],
      collect() {
        this.set(read());
      },
    });
  gauge("graft_revision", "The revision that is live.", () => control.revision);
  gauge("graft_units", "Provisioned modules in use.", () => engine.inventory.units);
  gauge("graft_shared", "Shared resources that are open.", () => engine.inventory.shared);
  gauge("graft_draining", "Swaps whose old parts still drain.", () => engine.inventory.draining);
}

// The module contract: what a module is, how it lives, and what it may ask for. The engine knows
// modules by this file alone.
//
// A module's life:
//   provision  Build everything, acquire nothing. Synchronous. The old config is still serving and
//              may go on doing so. What it makes is kept for as long as its node in the document,
//              and everything it declared to depend on, is the same object.
//   validate   Check across fields what the schema cannot say. Optional.
//   start      Acquire: bind ports, open files, begin timers. May fail, which fails the change.
//              What sleeps until it is used (see `glance`) has none.
//   activate   Take over from the previous generation. Synchronous; must not fail.
//   stop       Release. Called once, also after a failed start. Work in flight may finish until
//              `cut` aborts. Stragglers that began before the swap may still call in afterwards:
//              they must be served, without holding on to anything.

import type { Static, TSchema } from "typebox";
import type {
  Issue,
  Json,
  JsonArray,
  JsonObject,
  Path,
  Sequence,
  Spliced,
} from "../document/index.js";
import type { Clock, Log } from "./ports.js";
import type { Spot } from "./spot.js";

/** What the engine may call on anything that was provisioned. All of it is optional. */
export interface Life {
  /** What is wrong across fields; paths are relative to the module's own node. */
  validate?(): readonly Issue[];
  /**
   * What an app or a section needs for itself alone: of two that claim the same, the later is
   * refused. Once it was started it may tell `acquired` by what the system calls it.
   */
  claims?(): readonly Claim[];
  /** Acquire what the module needs to serve. */
  start?(): void | Promise<void>;
  /** Take over, at the swap. */
  activate?(): void;
  /**
   * Let work in flight finish until `cut` aborts, then end it, and release everything. Once all has
   * ended `cut` aborts no more: work that stragglers bring may go on until `dueAt` (by the clock).
   */
  stop?(cut: AbortSignal, dueAt?: number): void | Promise<void>;
  /** How long this and what stands below it may drain (milliseconds); without it the parent's. */
  readonly graceMs?: number;
}

/** Something that only one may have, such as an address to listen on. */
export interface Claim {
  /** What it is. Equal names mean the same thing, whoever claims it. */
  readonly name: string;
  /** What says so, relative to the module's own node. */
  readonly at: Path;
  /** Its name once it was acquired, where that tells more: two names of a host may be one address. */
  readonly acquired?: string | undefined;
}

/** A kind of module, or a part of one that has a life of its own (a server, a route). */
export interface Definition<Config = unknown, Instance extends Life = Life, Outline = unknown> {
  /** `namespace.name`, as in Caddy: `http.handlers.headers`. Apps have no namespace: `http`. */
  readonly id: string;
  /** What it is for, in one sentence; shown by `list-modules` and in the schema. */
  readonly summary: string;
  /** The shape of its node, without the key that names the module. Every field is described. */
  readonly schema: TSchema;
  /**
   * Its instances keep nothing from one request to the next and have no life of their own, so they
   * are built anew with whatever holds them instead of being remembered one by one. Ten times as
   * many modules fit in the same time and memory. What they hold is remembered all the same.
   */
  readonly stateless?: boolean;
  /**
   * For stateless elements of long lists: the part of an instance that is asked for although nobody
   * uses the element yet, such as the hosts of a route. With it an instance is built to check the
   * config, forgotten, and built again when it is first used: most of ten thousand sites sleep.
   */
  outline?(instance: Instance): Outline;
  /**
   * A look at a config that stands for building it. Tells what `outline` would tell of the instance
   * (`true` for a module that has none), provided that building cannot fail, warns of nothing and
   * asks for nothing but what can be glanced at in turn. Undefined when in doubt: it is built then.
   *
   * A module with a life that has this sleeps: it is built when it is first used and stopped only if
   * it was, so its instances can have neither `start` nor `activate`.
   */
  glance?(config: Config, parts: Glance): Outline | undefined;
  /** Build an instance. Throws `ConfigError` (see `Context.fail`) for what cannot work. */
  provision(config: Config, context: Context): Instance;
}

/** A definition whose config has the type that its schema says. */
export function defineModule<S extends TSchema, I extends Life, O = unknown>(definition: {
  readonly id: string;
  readonly summary: string;
  readonly schema: S;
  readonly stateless?: boolean;
  outline?(instance: I): O;
  glance?(config: Static<S>, parts: Glance): O | undefined;
  provision(config: Static<S>, context: Context): I;
}): Definition<Static<S>, I, O> {
  return definition;
}

/** A top-level module: it stands at `/apps/<id>`. */
export function defineApp<S extends TSchema>(definition: {
  readonly id: string;
  readonly summary: string;
  readonly schema: S;
  provision(config: Static<S>, context: Context): Life;
}): Definition<Static<S>, Life> {
  return definition;
}

/** What a module may ask for while it glances at a config. All tell undefined when in doubt. */
export interface Glance {
  /** The child module that `node[key]` names, as in `{"handler": "headers", …}`. */
  inline(namespace: string, key: string, node: Json, at: Path): unknown;
  /** The child module of a given name, as in `{"host": […]}`. */
  named<O>(namespace: string, name: string, node: Json, at: Path): O | undefined;
  /** A part with a node of its own. */
  part<C, T extends Life, O>(definition: Definition<C, T, O>, node: Json, at: Path): O | undefined;
  /** What is kept under this name, for as long as the module is in use (see `Context.keep`). */
  keep(kind: string, name: string): void;
}

/** What a module may ask for while it is provisioned, and `share` also while it starts. */
export interface Context {
  /** Where the module's node stands (at this moment: array indexes shift). */
  readonly path: Path;
  /** A log named after the module. Warnings and errors tell where the module stands. */
  readonly log: Log;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;

  /** The child module that `node[key]` names, as in `{"handler": "headers", …}`. */
  inline<T extends Life>(namespace: string, key: string, node: JsonObject, at: Path): T;
  /** The child module of a given name, as in `{"host": […]}`. */
  named<T extends Life>(namespace: string, name: string, node: Json, at: Path): T;
  /** A part of this module that has a node, and a life, of its own. */
  part<C, T extends Life>(definition: Definition<C, T>, node: Json, at: Path): T;
  /** One part for each element of an array; what did not change is shared with the generation before. */
  list<C, T extends Life, O>(
    definition: Definition<C, T, O>,
    nodes: JsonArray,
    at: Path,
  ): PartList<T, O>;
  /** Run every task and report the issues of all that fail, not only of the first. */
  all<T>(tasks: Iterable<() => T>): T[];

  /**
   * What stands elsewhere in the document, provisioned. Declares a dependency: when that changes,
   * whoever used it is provisioned anew. Undefined when there is nothing at `path`.
   */
  use<C, T extends Life>(definition: Definition<C, T>, path: Path): T | undefined;
  /** The path of the nearest enclosing part or module with this id. Also a dependency. */
  enclosing(id: string): Path | undefined;

  /** Where a node within this module's stands, for log lines of whoever works with it. */
  spot(node: Json, at: Path): Spot;

  /** Something that outlives generations, counted by its users and closed by the last of them. */
  share<T extends Shared>(key: string, open: () => T | Promise<T>): Promise<Lease<T>>;

  /**
   * Something that all who name it have in common, found by calling what this returns: opened by the
   * first to do so, closed when nothing in use names it any more. Needs neither start nor stop.
   */
  keep<T extends Keepable>(kind: string, name: string, open: () => T): () => T;

  /** Fail this module with an issue at `at`, relative to its node. */
  fail(at: Path, message: string, hint?: string): never;
}

/** A resource held in common by several instances, such as a listener or a connection pool. */
export interface Shared {
  /** The last user has gone. Work in flight may finish until `cut` aborts. */
  close(cut: AbortSignal): void | Promise<void>;
}

/** A resource held in common by all instances in use that name it. */
export interface Keepable {
  /** Nothing names it any more. Work in flight goes on, but holds on to nothing. Must not fail. */
  close(): void;
}

/** One user's hold on a shared resource. */
export interface Lease<T> {
  readonly value: T;
  /** Let go, once. The last one out closes it, and this waits for that. */
  release(cut: AbortSignal): Promise<void>;
}

/** One element of a `PartList`. */
export interface Part<T, O = unknown> {
  readonly instance: T;
  /** What the definition's `outline` told of the instance. */
  readonly outline: O;
}

/** The parts made of an array, in order, and a place for what is computed from all of them. */
export interface PartList<T, O = unknown> {
  readonly parts: Sequence<Part<T, O>>;
  /**
   * A value computed from the whole list; for a list that came from another by a small change, from
   * that one's value and the difference. Computed once per list.
   */
  derive<D>(
    full: (parts: Sequence<Part<T, O>>) => D,
    change: (previous: D, by: Spliced<Part<T, O>>) => D,
  ): D;
}

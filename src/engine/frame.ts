// A frame is a unit under construction: it hands the module its context, and takes down what the
// module asked for, which is what the unit will hold and depend on.

import {
  ConfigError,
  isObject,
  type Json,
  type JsonArray,
  type JsonObject,
  type Path,
} from "../document/index.js";
import { collect, isSamePath, merged, refuse, useKey } from "./gather.js";
import type { Kept } from "./kept.js";
import type { Memo } from "./memo.js";
import type { Context, Definition, Keepable, Lease, Life, PartList, Shared } from "./module.js";
import type { Clock, Log, Ports } from "./ports.js";
import type { Registry } from "./registry.js";
import { Scope } from "./scope.js";
import type { SharedPool } from "./shared.js";
import { logAt, Spot } from "./spot.js";
import type { Dependencies, Dependency, Held, Rebuild, Unit, UnitList } from "./unit.js";

/** What provisioning works with, whichever document it is about. */
export interface Workshop {
  readonly registry: Registry;
  readonly ports: Ports;
  readonly pool: SharedPool;
  readonly memo: Memo;
  readonly rebuild: Rebuild;
}

/** Whoever builds what frames ask for. */
export interface Builder {
  readonly workshop: Workshop;
  unit(
    definition: Definition,
    node: Json,
    path: Path,
    parent: Scope | undefined,
    inlineKey?: string,
  ): Unit;
  list(definition: Definition, nodes: JsonArray, path: Path, parent: Scope): UnitList;
  used(definition: Definition, path: Path, around: Scope | undefined): Unit | undefined;
  /** What is kept under a name. */
  kept(kind: string, name: string): Kept;
  /** What a module gets to see of its node. Throws `ConfigError` if that is not as its schema says. */
  config(definition: Definition, node: Json, path: Path, inlineKey?: string): Json;
}

/** One unit in the course of being provisioned, with the stateless modules that belong to it. */
export class Frame {
  readonly holds: Held[] = [];
  #parts: (Unit | UnitList)[] | undefined;
  #own: Map<string, Dependency> | undefined;

  constructor(
    readonly builder: Builder,
    readonly scope: Scope,
  ) {}

  /** Make an instance that this unit consists of: its own, and those of stateless modules in it. */
  provision<T extends Life>(definition: Definition, config: Json, scope: Scope, node: Json): T {
    const context = new FrameContext(this, scope, node);
    const instance = definition.provision(config, context);
    refuseLife(definition, instance);
    if (instance.validate) refuse(instance.validate(), scope.path);
    // The instance may keep its context, which must not keep alive what led to it.
    context.seal();
    return instance as T;
  }

  /** What a module asked for that stands within it: a unit that is held, or a part of this unit. */
  make<T extends Life>(
    definition: Definition,
    node: Json,
    path: Path,
    parent: Scope,
    inlineKey?: string,
  ): T {
    if (definition.stateless) {
      const config = this.builder.config(definition, node, path, inlineKey);
      return this.provision(definition, config, new Scope(definition.id, path, parent), node);
    }
    const unit = this.builder.unit(definition, node, path, parent, inlineKey);
    this.hold(unit);
    return unit.instance as T;
  }

  /** Hold what stands within this unit, whose dependencies become its own. */
  hold(part: Unit | UnitList): void {
    this.holds.push(part);
    this.#parts ??= [];
    this.#parts.push(part);
  }

  /** Note that the unit depends on a fact. */
  depend(key: string, dependency: Dependency): void {
    this.#own ??= new Map();
    this.#own.set(key, dependency);
  }

  /** What this unit and everything in it depends on, outside its own node. */
  dependencies(): Dependencies {
    const { path, parent } = this.scope;
    const below = this.#parts && merged(this.#parts, path);
    if (below === undefined && this.#own === undefined) return undefined;
    const all = new Map([...(below ?? []), ...(this.#own ?? [])]);
    for (const [key, dependency] of all) {
      if (dependency.kind !== "enclosing") continue;
      if (isSamePath(parent?.enclosing(dependency.id), dependency.path)) continue;
      // The answer lies within this unit, and is true for as long as that stands where it does.
      all.delete(key);
      all.set("self", { kind: "self", path });
    }
    return all;
  }
}

/** What nobody would start or stop must not ask for it. */
function refuseLife({ id, stateless, glance }: Definition, life: Life): void {
  if (stateless && (life.start ?? life.activate ?? life.stop)) {
    throw new Error(`${id} is stateless, and cannot have a life`);
  }
  if (glance && (life.start ?? life.activate)) {
    throw new Error(`${id} may sleep through its start, and cannot have one`);
  }
}

/** The context that a module sees. */
class FrameContext implements Context {
  readonly #workshop: Workshop;
  readonly #scope: Scope;
  readonly #node: Json;
  #log: Log | undefined;
  #building: Frame | undefined;

  constructor(frame: Frame, scope: Scope, node: Json) {
    this.#workshop = frame.builder.workshop;
    this.#scope = scope;
    this.#node = node;
    this.#building = frame;
  }

  get path(): Path {
    return this.#scope.path;
  }

  get log(): Log {
    const { ports } = this.#workshop;
    this.#log ??= logAt(this.spot(this.#node, []), ports.log.named(this.#scope.id));
    return this.#log;
  }

  get clock(): Clock {
    return this.#workshop.ports.clock;
  }

  get env(): Context["env"] {
    return this.#workshop.ports.env;
  }

  seal(): void {
    this.#building = undefined;
  }

  get #frame(): Frame {
    if (!this.#building) throw new Error(`${this.#scope.id}: only while it is provisioned`);
    return this.#building;
  }

  inline<T extends Life>(namespace: string, key: string, node: JsonObject, at: Path): T {
    const name = isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined;
    if (typeof name !== "string") this.fail(at, `"${key}" is missing: it names the module`);
    return this.make<T>(this.find(namespace, name, at.concat(key)), node, at, key);
  }

  named<T extends Life>(namespace: string, name: string, node: Json, at: Path): T {
    return this.make<T>(this.find(namespace, name, at), node, at);
  }

  part<C, T extends Life>(definition: Definition<C, T>, node: Json, at: Path): T {
    return this.make<T>(definition as unknown as Definition, node, at);
  }

  list<C, T extends Life, O>(
    definition: Definition<C, T, O>,
    nodes: JsonArray,
    at: Path,
  ): PartList<T, O> {
    const frame = this.#frame;
    const kind = definition as unknown as Definition;
    const list = frame.builder.list(kind, nodes, this.path.concat(at), this.#scope);
    frame.hold(list);
    return list as UnitList<T, O>;
  }

  all<T>(tasks: Iterable<() => T>): T[] {
    return collect([...tasks], (task) => task());
  }

  use<C, T extends Life>(definition: Definition<C, T>, path: Path): T | undefined {
    const known = definition as unknown as Definition;
    const frame = this.#frame;
    // It is enclosed by what encloses its own place, as far as that encloses the user too.
    const around = this.#scope.around(path.slice(0, -1));
    const unit = frame.builder.used(known, path, around) as Unit<T> | undefined;
    const key = useKey(known, path, around);
    frame.depend(key, { kind: "use", definition: known, path, around, unit });
    if (unit) frame.holds.push(unit);
    return unit?.instance;
  }

  enclosing(id: string): Path | undefined {
    const path = this.#scope.enclosing(id);
    this.#frame.depend(`enclosing ${id}`, { kind: "enclosing", id, path });
    return path;
  }

  spot(node: Json, at: Path): Spot {
    return new Spot(this.#workshop.ports, node, this.#scope, at);
  }

  share<T extends Shared>(key: string, open: () => T | Promise<T>): Promise<Lease<T>> {
    return this.#workshop.pool.acquire(key, open);
  }

  keep<T extends Keepable>(kind: string, name: string, open: () => T): () => T {
    const frame = this.#frame;
    const kept = frame.builder.kept(kind, name) as Kept<T>;
    if (!frame.holds.includes(kept)) frame.holds.push(kept);
    return () => kept.open(open);
  }

  fail(at: Path, message: string, hint?: string): never {
    const path = this.path.concat(at);
    throw new ConfigError(hint === undefined ? { path, message } : { path, message, hint });
  }

  private make<T extends Life>(definition: Definition, node: Json, at: Path, key?: string): T {
    return this.#frame.make<T>(definition, node, this.path.concat(at), this.#scope, key);
  }

  private find(namespace: string, name: string, at: Path): Definition {
    const { registry } = this.#workshop;
    const definition = registry.find(namespace, name);
    if (definition !== undefined) return definition;
    const id = namespace === "" ? name : `${namespace}.${name}`;
    return this.fail(at, `unknown module: ${id}`, registry.suggest(namespace, name));
  }
}

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
import { collect, merged, useKey } from "./gather.js";
import type { Memo } from "./memo.js";
import type { Context, Definition, Lease, Life, PartList, Shared } from "./module.js";
import type { Clock, Log, Ports } from "./ports.js";
import type { Registry } from "./registry.js";
import { Scope } from "./scope.js";
import type { SharedPool } from "./shared.js";
import type { Dependencies, Dependency, Held, Unit, UnitList } from "./unit.js";

/** What provisioning works with, whichever document it is about. */
export interface Workshop {
  readonly registry: Registry;
  readonly ports: Ports;
  readonly pool: SharedPool;
  readonly memo: Memo;
}

/** Whoever builds units for frames. */
export interface Builder {
  readonly workshop: Workshop;
  unit(definition: Definition, node: Json, path: Path, parent: Scope, inlineKey?: string): Unit;
  list(definition: Definition, nodes: JsonArray, path: Path, parent: Scope): UnitList;
  used(definition: Definition, path: Path, around: Scope | undefined): Unit | undefined;
}

/** One module in the course of being provisioned. */
export class Frame {
  readonly holds: Held[] = [];
  readonly scope: Scope;
  readonly #parts: (Unit | UnitList)[] = [];
  readonly #context: FrameContext;
  readonly #own = new Map<string, Dependency>();

  constructor(
    readonly builder: Builder,
    definition: Definition,
    path: Path,
    parent: Scope | undefined,
  ) {
    this.scope = new Scope(definition.id, path, parent);
    this.#context = new FrameContext(this);
  }

  get context(): Context {
    return this.#context;
  }

  /** Hold what stands within this module, whose dependencies become its own. */
  hold(part: Unit | UnitList): void {
    this.holds.push(part);
    this.#parts.push(part);
  }

  /** Note that the module depends on a fact. */
  depend(key: string, dependency: Dependency): void {
    this.#own.set(key, dependency);
  }

  /** What this module and everything in it depends on, outside its own node. */
  dependencies(): Dependencies {
    const { id, path } = this.scope;
    const below = merged(this.#parts, path);
    if (below === undefined && this.#own.size === 0) return undefined;
    const all = new Map([...(below ?? []), ...this.#own]);
    // Asked from within for this very module: answered here, and true as long as it stands here.
    if (all.delete(enclosingKey(id))) all.set("self", { kind: "self", path });
    return all;
  }

  /** The module is provisioned: its context must not keep what led to it alive. */
  seal(): void {
    this.#context.seal();
  }
}

const enclosingKey = (id: string) => `enclosing ${id}`;

/** The context that a module sees. */
class FrameContext implements Context {
  readonly path: Path;
  readonly #id: string;
  readonly #workshop: Workshop;
  #log: Log | undefined;
  #building: Frame | undefined;

  constructor(frame: Frame) {
    this.#building = frame;
    this.#workshop = frame.builder.workshop;
    this.#id = frame.scope.id;
    this.path = frame.scope.path;
  }

  get log(): Log {
    this.#log ??= this.#workshop.ports.log.named(this.#id);
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
    if (!this.#building) throw new Error(`${this.#id}: only while it is provisioned`);
    return this.#building;
  }

  inline<T extends Life>(namespace: string, key: string, node: JsonObject, at: Path): T {
    const name = isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined;
    if (typeof name !== "string") this.fail(at, `"${key}" is missing: it names the module`);
    return this.hold<T>(this.find(namespace, name, [...at, key]), node, at, key);
  }

  named<T extends Life>(namespace: string, name: string, node: Json, at: Path): T {
    return this.hold<T>(this.find(namespace, name, at), node, at);
  }

  part<C, T extends Life>(definition: Definition<C, T>, node: Json, at: Path): T {
    return this.hold<T>(definition as unknown as Definition, node, at);
  }

  list<C, T extends Life>(definition: Definition<C, T>, nodes: JsonArray, at: Path): PartList<T> {
    const frame = this.#frame;
    const kind = definition as unknown as Definition;
    const list = frame.builder.list(kind, nodes, [...this.path, ...at], frame.scope);
    frame.hold(list);
    return list as UnitList<T>;
  }

  all<T>(tasks: Iterable<() => T>): T[] {
    return collect(tasks, (task) => task());
  }

  use<C, T extends Life>(definition: Definition<C, T>, path: Path): T | undefined {
    const known = definition as unknown as Definition;
    const frame = this.#frame;
    // It is enclosed by what encloses its own place, as far as that encloses the user too.
    const around = frame.scope.around(path.slice(0, -1));
    const unit = frame.builder.used(known, path, around) as Unit<T> | undefined;
    const key = useKey(known, path, around);
    frame.depend(key, { kind: "use", definition: known, path, around, unit });
    if (unit) frame.holds.push(unit);
    return unit?.instance;
  }

  enclosing(id: string): Path | undefined {
    const path = this.#frame.scope.enclosing(id);
    this.#frame.depend(enclosingKey(id), { kind: "enclosing", id, path });
    return path;
  }

  share<T extends Shared>(key: string, open: () => T | Promise<T>): Promise<Lease<T>> {
    return this.#workshop.pool.acquire(key, open);
  }

  fail(at: Path, message: string, hint?: string): never {
    const path = [...this.path, ...at];
    throw new ConfigError(hint === undefined ? { path, message } : { path, message, hint });
  }

  private hold<T extends Life>(definition: Definition, node: Json, at: Path, key?: string): T {
    const frame = this.#frame;
    const unit = frame.builder.unit(definition, node, [...this.path, ...at], frame.scope, key);
    frame.hold(unit);
    return unit.instance as T;
  }

  private find(namespace: string, name: string, at: Path): Definition {
    const { registry } = this.#frame.builder.workshop;
    const id = namespace === "" ? name : `${namespace}.${name}`;
    const definition = registry.get(id);
    return definition ?? this.fail(at, `unknown module: ${id}`, registry.suggest(namespace, name));
  }
}

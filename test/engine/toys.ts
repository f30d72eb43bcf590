// Modules whose behaviour is a description of everything they saw: their own config, their children,
// what they used, and what encloses them. Two engines behave alike when these descriptions are equal.
// A ledger counts what becomes of every instance.

import {
  childOf,
  freeze,
  isArray,
  isObject,
  type Json,
  type JsonArray,
  type JsonObject,
  type Path,
} from "../../src/document/index.js";
import {
  type Context,
  type Definition,
  Engine,
  type Life,
  type PartList,
  Registry,
  silentLog,
} from "../../src/engine/index.js";
import { AnyJson } from "../../src/schema/index.js";
import { realClock } from "../support/admin.js";

/** What became of one instance. */
export class Toy implements Life {
  started = 0;
  stopped = 0;

  constructor(
    readonly ledger: Ledger,
    /** The node it was made of, as its parent has it. */
    readonly config: Json,
    readonly describe: () => Json,
    /** What it holds, by the path within its node. */
    readonly children: () => readonly (readonly [Path, Toy])[],
    readonly broken = false,
  ) {
    ledger.made.push(this);
  }

  start(): void {
    this.started++;
    this.ledger.calls.push(`start ${this.name}`);
    this.ledger.running.add(this);
    if (this.broken) throw new Error("broken");
  }

  stop(): void {
    this.stopped++;
    this.ledger.calls.push(`stop ${this.name}`);
    this.ledger.running.delete(this);
  }

  get name(): string {
    return String(childOf(this.config, "label") ?? childOf(this.config, "text") ?? "");
  }
}

/** A stateless toy: no instance of its own to follow, only what it shows and what stands in it. */
interface Veil extends Life {
  readonly describe: () => Json;
  readonly children: () => readonly (readonly [Path, Toy])[];
  readonly ring?: () => Json;
}

/** What dozers keep in common. One that was closed has lost its voice. */
export class Bell {
  closed = false;
  close(): void {
    this.closed = true;
  }
}

/** A toy that sleeps until it is used, and needs no start. */
export class Dozer implements Veil {
  stopped = 0;

  constructor(
    private readonly ledger: Ledger,
    private readonly config: Json,
    private readonly bell: () => Bell,
  ) {
    ledger.dozers.push(this);
  }

  readonly children = () => [];
  readonly describe = (): Json => ({ dozes: this.config });
  /** Whether the bell that it keeps is to be heard. */
  readonly ring = (): Json => (this.ledger.quiet ? null : !this.bell().closed);

  stop(): void {
    this.stopped++;
  }
}

/** The toys that stand at `at`: the one that is there, or those that a veil there holds. */
function heldAt(at: Path, toy: Toy | Veil): (readonly [Path, Toy])[] {
  if (toy instanceof Toy) return [[at, toy]];
  return toy.children().map(([below, child]) => [[...at, ...below], child]);
}

/** What became of all instances of one engine. */
export class Ledger {
  readonly made: Toy[] = [];
  readonly dozers: Dozer[] = [];
  readonly bells: Bell[] = [];
  readonly running = new Set<Toy>();
  readonly calls: string[] = [];
  quiet = false;

  /** What is described while it is provisioned: no bell may be rung yet. */
  quietly(describe: () => Json): Json {
    const before = this.quiet;
    this.quiet = true;
    const described = describe();
    this.quiet = before;
    return described;
  }
}

/** A toy's config without what its children are made of. */
function own(config: Json, ...without: string[]): Json {
  const entries = Object.entries(config as JsonObject).filter(([key]) => !without.includes(key));
  return Object.fromEntries(entries);
}

function objectAt(config: Json, key: string): JsonObject {
  const found = childOf(config, key);
  return isObject(found as Json) ? (found as JsonObject) : {};
}

function arrayAt(config: Json, key: string): JsonArray {
  const found = childOf(config, key);
  return isArray(found as Json) ? (found as JsonArray) : [];
}

/** All the kinds of toys, writing into one ledger. */
export function toys(ledger: Ledger): readonly Definition[] {
  type Children = readonly (readonly [Path, Toy])[];
  const define = (
    id: string,
    provision: (config: Json, context: Context) => Toy,
  ): Definition<Json, Toy> => ({
    id,
    summary: "A toy.",
    schema: AnyJson("Anything."),
    provision,
  });
  const none = (): Children => [];
  const leaf = (config: Json, describe: () => Json, broken = false) =>
    new Toy(ledger, config, describe, none, broken);

  // A value for the whole list, kept up to date by its differences, as a table of routes is.
  const derived = (list: PartList<Toy>) =>
    list.derive<ReadonlyMap<number, Toy>>(
      (parts) => new Map([...parts.slots()].map(({ order, value }) => [order, value.instance])),
      (previous, { removed, inserted }) => {
        const next = new Map(previous);
        for (const { order } of removed) next.delete(order);
        for (const { order, value } of inserted) next.set(order, value.instance);
        return next;
      },
    );
  const inOrder = (map: ReadonlyMap<number, Toy>): Toy[] =>
    [...map].sort(([a], [b]) => a - b).map(([, toy]) => toy);
  const routesOf = (config: Json, context: Context) => {
    const list = context.list(route, arrayAt(config, "routes"), ["routes"]);
    const table = derived(list);
    return {
      describe: (): Json => inOrder(table).map((toy) => toy.describe()),
      children: (): Children =>
        [...list.parts].map(({ instance }, i) => [["routes", String(i)], instance] as const),
    };
  };

  const route: Definition<Json, Toy> = define("route", (config, context) => {
    const handlers = context.all(
      arrayAt(config, "handle").map((node, i) => () => {
        const at = ["handle", String(i)];
        return context.inline<Toy | Veil>("toys", "toy", node as JsonObject, at);
      }),
    );
    return new Toy(
      ledger,
      config,
      () => ({ ...(own(config, "handle") as object), handle: handlers.map((h) => h.describe()) }),
      () => handlers.flatMap((handler, i) => heldAt(["handle", String(i)], handler)),
    );
  });

  const server: Definition<Json, Toy> = define("server", (config, context) => {
    const routes = routesOf(config, context);
    return new Toy(
      ledger,
      config,
      () => ({
        ...(own(config, "routes", "named") as object),
        routes: routes.describe(),
      }),
      routes.children,
    );
  });

  const app = (id: string) =>
    define(id, (config, context) => {
      const servers = context.all(
        Object.entries(objectAt(config, "servers")).map(([name, node]) => () => {
          return [name, context.part(server, node, ["servers", name])] as const;
        }),
      );
      return new Toy(
        ledger,
        config,
        () => ({
          ...(own(config, "servers") as object),
          servers: Object.fromEntries(servers.map(([name, toy]) => [name, toy.describe()])),
        }),
        () => servers.map(([name, toy]) => [["servers", name], toy] as const),
      );
    });

  const say = define("toys.say", (config, context) =>
    leaf(
      config,
      () => config,
      childOf(config, "invalid") === true
        ? context.fail(["invalid"], "invalid")
        : childOf(config, "broken") === true,
    ),
  );
  const where = define("toys.where", (config, context) => {
    const found = context.enclosing(String(childOf(config, "of")));
    return leaf(config, () => ({ where: found ?? null }));
  });
  const invoke = define("toys.invoke", (config, context) => {
    const around = context.enclosing("server");
    const path = [...(around ?? []), "named", String(childOf(config, "name"))];
    const used = context.use(route, path);
    return leaf(config, () => ({ invokes: used?.describe() ?? null, from: around ?? null }));
  });
  const peek = define("toys.peek", (config, context) => {
    const used = context.use(route, arrayAt(config, "path") as readonly string[]);
    return leaf(config, () => ({ sees: used?.describe() ?? null }));
  });
  const nest = define("toys.nest", (config, context) => {
    const routes = routesOf(config, context);
    return new Toy(ledger, config, () => ({ nested: routes.describe() }), routes.children);
  });
  const veil: Definition<Json, Veil> = {
    id: "toys.veil",
    summary: "A toy that is built anew with whatever holds it.",
    schema: AnyJson("Anything."),
    stateless: true,
    provision(config, context) {
      const around = context.enclosing(String(childOf(config, "of"))) ?? null;
      const behind = objectAt(config, "behind");
      const inner = context.inline<Toy | Veil>("toys", "toy", behind, ["behind"]);
      return {
        describe: () => ({ behind: inner.describe(), from: around }),
        children: () => heldAt(["behind"], inner),
      };
    },
  };

  const doze: Definition<Json, Dozer, true> = {
    id: "toys.doze",
    summary: "A toy that sleeps until it is used.",
    schema: AnyJson("Anything."),
    glance(config, parts) {
      if (childOf(config, "uneasy") === true) return undefined;
      parts.keep("bell", String(childOf(config, "bell")));
      return true;
    },
    provision(config, context) {
      const bell = context.keep("bell", String(childOf(config, "bell")), () => {
        const made = new Bell();
        ledger.bells.push(made);
        return made;
      });
      return new Dozer(ledger, config, bell);
    },
  };

  const cell: Definition<Json, Veil & { readonly bed?: true }, Json> = {
    id: "cell",
    summary: "An element that is forgotten when nothing but sleepers stand in it.",
    schema: AnyJson("Anything."),
    stateless: true,
    outline: ({ bed, describe }) => bed ?? ledger.quietly(describe),
    glance(config, parts) {
      const bed = childOf(config, "bed");
      return bed && (parts.inline("toys", "toy", bed, ["bed"]) as true | undefined);
    },
    provision(config, context) {
      const bed = childOf(config, "bed");
      if (bed !== undefined) {
        const inner = context.inline<Veil>("toys", "toy", bed as JsonObject, ["bed"]);
        const { describe, ring } = inner;
        const children = () => heldAt(["bed"], inner);
        return { bed: true, describe, children, ...(ring && { ring }) };
      }
      const behind = childOf(config, "behind");
      if (behind === undefined) return { describe: () => config, children: none };
      const inner = context.inline<Toy | Veil>("toys", "toy", behind as JsonObject, ["behind"]);
      return {
        describe: () => ({ cell: inner.describe() }),
        children: () => heldAt(["behind"], inner),
      };
    },
  };
  const row = define("toys.row", (config, context) => {
    const cells = context.list(cell, arrayAt(config, "cells"), ["cells"]);
    return new Toy(
      ledger,
      config,
      () =>
        [...cells.parts].map(({ instance, outline }) => {
          const { describe, ring } = instance as Veil;
          return [outline, describe(), ring?.() ?? null];
        }),
      () => [...cells.parts].flatMap((c, i) => heldAt(["cells", String(i)], c.instance as Veil)),
    );
  });

  const all = [
    veil,
    row,
    doze,
    app("world"),
    app("second"),
    app("aside"),
    say,
    where,
    invoke,
    peek,
    nest,
  ];
  return all as unknown as readonly Definition[];
}

/** An engine with toys, and its ledger. */
export function toyEngine(): { readonly engine: Engine; readonly ledger: Ledger } {
  const ledger = new Ledger();
  const registry = new Registry(toys(ledger));
  const engine = new Engine({ registry, ports: { clock: realClock, log: silentLog, env: {} } });
  return { engine, ledger };
}

/** Make a document live. */
export async function run(engine: Engine, document: Json, force = false) {
  const candidate = engine.prepare(freeze(document), { force });
  await engine.start(candidate);
  return engine.swap(candidate);
}

/** What an engine behaves like, app by app. */
export function behaviour(engine: Engine): Json {
  const apps = Object.keys(objectAt(engine.document, "apps"));
  return Object.fromEntries(apps.map((id) => [id, (engine.app(id) as Toy).describe()]));
}

/** What is kept, by name. */
export function kept(engine: Engine): string[] {
  return [...engine.kept("bell")].map(([name]) => name).sort();
}

/** Every instance that stands in the tree of what runs, with the node that it stands at. */
export function standing(engine: Engine): Map<Toy, Set<Json>> {
  const found = new Map<Toy, Set<Json>>();
  const visit = (toy: Toy, node: Json) => {
    found.set(toy, (found.get(toy) ?? new Set()).add(node));
    for (const [at, child] of toy.children()) {
      const below = at.reduce<Json>((now, step) => childOf(now, step) ?? null, node);
      visit(child, below);
    }
  };
  for (const [id, node] of Object.entries(objectAt(engine.document, "apps"))) {
    visit(engine.app(id) as Toy, node);
  }
  return found;
}

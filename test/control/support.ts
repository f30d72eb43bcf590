// A control over toys and a store in memory, with faults to order at each step of a change.

import { Control, type ControlEvent } from "../../src/control/index.js";
import { applyPatch, freeze, IdIndex, type Json, replace } from "../../src/document/index.js";
import { Engine, Registry, silentLog } from "../../src/engine/index.js";
import { createMemoryStore, type RevisionRecord, type Store } from "../../src/store/index.js";
import { behaviour, Ledger, toys } from "../engine/toys.js";
import { realClock } from "../support/admin.js";

/** A store that counts, and fails or waits when it is told to. */
export interface TestStore extends Store {
  readonly appends: (readonly RevisionRecord[])[];
  /** Called before every append; throw to make the disk full. */
  before: (records: readonly RevisionRecord[]) => void | Promise<void>;
}

/** A control and all that a test may look at. */
export interface Controlled {
  readonly control: Control;
  readonly engine: Engine;
  readonly store: TestStore;
  readonly ledger: Ledger;
  readonly events: ControlEvent[];
  /** PATCH the value at a path. */
  patch(path: string, value: Json, more?: object): ReturnType<Control["change"]>;
  /** Everything that a refused change must leave as it was. */
  trace(): Promise<Json>;
  /** The document that the journal replays to. */
  replayed(): Promise<Json>;
}

/** A document of servers that say something. */
export function saying(texts: Readonly<Record<string, string>>, more: object = {}): Json {
  const servers = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      { "@id": name, routes: [{ handle: [{ toy: "say", text }] }] },
    ]),
  );
  return freeze({ apps: { world: { label: "w", servers } }, ...more } as unknown as Json);
}

/** The path of what a server says. */
export const said = (server: string) => `apps/world/servers/${server}/routes/0/handle/0/text`;

/** A store in memory to order faults from. */
export function testStore(store: Store = createMemoryStore(1000)): TestStore {
  const self: TestStore = {
    appends: [],
    before() {},
    open: () => store.open(),
    async append(records, document) {
      await self.before(records);
      self.appends.push(records);
      await store.append(records, document);
    },
    read: (number) => store.read(number),
    list: (query) => store.list(query),
    documentAt: (number) => store.documentAt(number),
    close: () => store.close(),
  };
  return self;
}

/** A control that has not begun, over an engine whose document may also hold an `admin` section. */
export async function prepared(store: TestStore = testStore()): Promise<Controlled> {
  const ledger = new Ledger();
  const kinds = toys(ledger);
  const aside = kinds.find(({ id }) => id === "aside");
  if (aside === undefined) throw new Error("no such toy");
  const ports = { clock: realClock, log: silentLog, env: {} };
  const engine = new Engine({ registry: new Registry(kinds), ports, sections: { admin: aside } });
  const opened = await store.open();
  // Time stands still, so that what comes together is made live together on any machine.
  const time = { now: () => 1_700_000_000_000, elapsed: () => 0 };
  const options = { engine, store, log: silentLog, ...time };
  const control = new Control(options, opened, IdIndex.of(null));
  const events: ControlEvent[] = [];
  control.subscribe((event) => events.push(event));
  const list = () => control.revisions({ limit: 10_000 });
  return {
    control,
    engine,
    store,
    ledger,
    events,
    patch: (path, value, more = {}) => {
      const steps = path.split("/");
      const edit = (document: Json) => replace(document, steps, freeze(value));
      return control.change({ edit, path: steps, source: `PATCH /${path}`, ...more });
    },
    trace: async () =>
      ({
        document: control.document,
        behaviour: behaviour(engine),
        etags: [control.etag([]), control.etag(["apps", "world", "servers"])],
        revision: control.revision,
        ids: ["a", "b", "c", "d"].map((id) => control.pathOfId(id) ?? null),
        journal: await list(),
        inventory: engine.inventory,
        running: ledger.running.size,
      }) as unknown as Json,
    replayed: async () =>
      (await list()).reverse().reduce<Json>((now, { patch }) => applyPatch(now, patch), null),
  };
}

/** A control that has begun with a document. */
export async function begun(document: Json, store?: TestStore): Promise<Controlled> {
  const controlled = await prepared(store);
  await controlled.control.begin(document, "start");
  return controlled;
}

// What the conformance suite is about: every registered module, the sections and the parts, and for
// each a document in which it stands and is put to work.

import { createServer } from "node:http";
import { defineAdminSection } from "../../src/admin/section.js";
import type { Exchange } from "../../src/apps/http/exchange.js";
import { defineHandler } from "../../src/apps/http/module.js";
import { route } from "../../src/apps/http/routes.js";
import { server } from "../../src/apps/http/server.js";
import { standardModules } from "../../src/apps/standard.js";
import type { Json, JsonObject, Path } from "../../src/document/index.js";
import { type Definition, defineApp, Registry } from "../../src/engine/index.js";
import { defineLoggingSection } from "../../src/logging.js";
import { Type } from "../../src/schema/index.js";

/** A definition to be examined. */
export interface Subject {
  readonly id: string;
  readonly definition: Definition;
  /** Where its config goes in a document. */
  readonly at: Path;
  /** A document with this config in its place. */
  document(config: Json): Json;
}

/** The sections that stand beside `apps`. */
export const sections: Readonly<Record<string, Definition>> = {
  admin: defineAdminSection({ defaultListen: "127.0.0.1:0", createServer: () => createServer() }),
  logging: defineLoggingSection(() => {}),
};

/** The modules that come with Graft. */
export const registry = new Registry(standardModules);

/** The name that generated configs use wherever something is named. */
const SAMPLE = "sample";

const SERVER = ["apps", "http", "servers", "srv"];
/** Behind the gate, which holds requests back. */
const ROUTE = [...SERVER, "routes", "1"];
const found = { handler: "static_response", body: "found" };
const askClientIp = {
  match: [{ client_ip: { ranges: ["127.0.0.1"] } }],
  handle: [found],
};

/** Where a module of each namespace stands. A new namespace needs an entry here, a module none. */
const HOUSES: Readonly<Record<string, (name: string) => readonly [Path, (config: Json) => Json]>> =
  {
    "": (name) => [["apps", name], (config) => ({ apps: { [name]: config } })],
    "http.handlers": (name) => [
      [...ROUTE, "handle", "0"],
      (config) => routed({ handle: [{ handler: name, ...(config as object) }] }),
    ],
    "http.authentication.providers": (name) => [
      [...ROUTE, "handle", "0", "providers", name],
      (config) => authenticated({ [name]: config }),
    ],
    "http.authentication.hashes": (name) => [
      [...ROUTE, "handle", "0", "providers", "http_basic", "hash"],
      (config) =>
        authenticated({ http_basic: { hash: { algorithm: name, ...(config as object) } } }),
    ],
    "http.matchers": (name) => [
      [...ROUTE, "match", "0", name],
      (config) => routed({ match: [{ [name]: config }], handle: [found] }),
    ],
    "http.encoders": (name) => [
      [...ROUTE, "handle", "0", "encodings", name],
      (config) => routed({ handle: [{ handler: "encode", encodings: { [name]: config } }, found] }),
    ],
    "http.ip_sources": (name) => [
      [...SERVER, "trusted_proxies"],
      (config) =>
        serving({ trusted_proxies: { source: name, ...(config as object) } }, askClientIp),
    ],
    "http.reverse_proxy.transport": (name) => [
      [...ROUTE, "handle", "0", "transport"],
      (config) => proxied({ transport: { protocol: name, ...(config as object) } }),
    ],
    "http.reverse_proxy.selection_policies": (name) => [
      [...ROUTE, "handle", "0", "load_balancing", "selection_policy"],
      (config) =>
        proxied({ load_balancing: { selection_policy: { policy: name, ...(config as object) } } }),
    ],
  };

/** A document with one server, where `route` stands behind the gate. */
export function serving(fields: object, tested: Json): Json {
  const srv = {
    listen: ["127.0.0.1:0"],
    named_routes: { [SAMPLE]: { handle: [found] } },
    ...fields,
    routes: [{ handle: [{ handler: "gate" }] }, tested],
  };
  return { apps: { http: { servers: { srv } } } } as unknown as JsonObject;
}

const routed = (tested: Json) => serving({}, tested);

/** Nobody listens on port 1: what is tested is the way there. */
const proxied = (fields: object) =>
  routed({
    handle: [{ handler: "reverse_proxy", upstreams: [{ dial: "127.0.0.1:1" }], ...fields }],
  } as unknown as Json);

const authenticated = (providers: object) =>
  routed({ handle: [{ handler: "authentication", providers }] } as unknown as Json);

/** Every module, section and part. */
export function subjects(): Subject[] {
  const parts: Subject[] = [
    { id: route.id, definition: route as unknown as Definition, at: ROUTE, document: routed },
    {
      id: server.id,
      definition: server as unknown as Definition,
      at: SERVER,
      document: (config) => ({ apps: { http: { servers: { srv: config } } } }),
    },
  ];
  const besides = Object.entries(sections).map(([name, definition]) => ({
    id: definition.id,
    definition,
    at: [name],
    document: (config: Json) => ({ [name]: config }),
  }));
  return [...registry.all().map(housed), ...besides, ...parts];
}

function housed(definition: Definition): Subject {
  const dot = definition.id.lastIndexOf(".");
  const house = HOUSES[definition.id.slice(0, Math.max(dot, 0))];
  if (house === undefined) {
    throw new Error(`${definition.id}: say in HOUSES where modules of its namespace stand`);
  }
  const [at, document] = house(definition.id.slice(dot + 1));
  return { id: definition.id, definition, at, document };
}

/** Holds requests with the field `X-Held` back until it is opened. */
export class Gate {
  #open = () => {};
  #came = () => {};
  /** Resolves when a request is held. */
  readonly reached = new Promise<void>((resolve) => {
    this.#came = resolve;
  });
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  open(): void {
    this.#open();
  }

  /** The handler, to be registered. */
  readonly handler = defineHandler({
    name: "gate",
    summary: "Holds requests back.",
    schema: Type.Object({}),
    provision: () => ({
      handle: async (exchange: Exchange, next) => {
        if (exchange.headers.get("x-held")) await this.wait();
        return next(exchange);
      },
    }),
  });

  private wait(): Promise<void> {
    this.#came();
    return this.#opened;
  }
}

/** An app that stands last and cannot start. */
export const faulty = defineApp({
  id: "zz-faulty",
  summary: "Fails to start.",
  schema: Type.Object({}),
  provision: () => ({
    start() {
      throw new Error("no start for this one");
    },
  }),
});

/** The same document with an app that fails after everything else has started. */
export function failing(document: Json): Json {
  const { apps = {} } = document as { readonly apps?: object };
  return { ...(document as object), apps: { ...apps, "zz-faulty": {} } } as Json;
}

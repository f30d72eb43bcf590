// Random edits of a document of toys: each is made of numbers, so that a failing run shrinks.

import {
  applyPatch,
  freeze,
  type Json,
  type JsonObject,
  type Operation,
  printPath,
  reconcile,
  valueAt,
} from "../../src/document/index.js";

/** Four numbers that say what to edit, and where. */
export type Dice = readonly [number, number, number, number];

const HANDLERS: readonly ((n: number) => Json)[] = [
  (n) => ({ toy: "say", text: `t${n}` }),
  (n) => ({ toy: "say", text: `t${n}` }),
  (n) => ({ toy: "invoke", name: `n${n % 3}` }),
  (n) => ({ toy: "where", of: AROUND[n % AROUND.length] as string }),
  (n) => ({ toy: "peek", path: SEEN[n % SEEN.length] as Json }),
  (n) => ({ toy: "nest", routes: [{ handle: [handler(n)] }, { handle: [handler(n >> 2)] }] }),
  (n) => ({ toy: "row", cells: [{ label: `c${n % 3}` }, { behind: handler(n >> 1) }] }),
  (n) => ({ toy: "row", cells: [{ bed: dozer(n) }, { bed: handler(n >> 2) }] }),
  (n) => dozer(n),
  (n) => ({ toy: "veil", of: AROUND[n % AROUND.length] as string, behind: handler(n >> 1) }),
];

function dozer(n: number): Json {
  return { toy: "doze", bell: `b${n % 3}`, uneasy: n % 4 === 0 };
}

/** What a toy may ask to be enclosed by. */
const AROUND = ["server", "route", "world", "toys.nest", "toys.veil"] as const;

/** Places of routes that others look at from afar. */
const SEEN: readonly (readonly string[])[] = [
  ["apps", "world", "servers", "a", "named", "n0"],
  ["apps", "world", "servers", "b", "named", "n1"],
  ["apps", "second", "servers", "a", "named", "n0"],
  ["apps", "world", "servers", "a", "routes", "1"],
];

function handler(n: number): Json {
  return (HANDLERS[n % HANDLERS.length] as (n: number) => Json)(Math.floor(n / HANDLERS.length));
}

/** A route of one or two handlers. */
export function someRoute(n: number): Json {
  const second = n % 5 === 0 ? [handler(n >> 3)] : [];
  return { label: `r${n % 4}`, handle: [handler(n), ...second] };
}

/** A document with two apps that have servers, one of them with a long list of routes. */
export function firstDocument(routes: number): Json {
  const named = { n0: someRoute(0), n1: someRoute(2) };
  const server = (length: number) => ({
    named,
    routes: Array.from({ length }, (_, i) => someRoute(i * 7)),
  });
  return freeze({
    apps: {
      world: { label: "w", servers: { a: server(routes), b: server(3) } },
      second: { servers: { a: server(2) } },
      aside: { label: "x" },
    },
  });
}

/** One random edit; the document itself when the dice fell on something that is not there. */
export function edited(document: Json, [kind, at, to, value]: Dice): Json {
  const make = EDITS[kind % EDITS.length] as (document: Json, ...dice: number[]) => Operation[];
  try {
    return applyPatch(document, freeze(make(document, at, to, value) as never) as never);
  } catch {
    return document;
  }
}

/** The same content as a new text would have it, reconciled with what was. */
export function reloaded(document: Json): Json {
  return reconcile(document, freeze(JSON.parse(JSON.stringify(document))));
}

type Edit = (document: Json, at: number, to: number, value: number) => Operation[];

const EDITS: readonly Edit[] = [
  (doc, at, to, value) => [{ op: "add", path: place(doc, at, to), value: someRoute(value) }],
  (doc, at, to) => [{ op: "remove", path: place(doc, at, to) }],
  (doc, at, to, value) => [{ op: "move", from: place(doc, at, to), path: place(doc, to, value) }],
  (doc, at, to, value) => [{ op: "copy", from: place(doc, at, to), path: place(doc, to, value) }],
  (doc, at, to, value) => [
    { op: "replace", path: `${place(doc, at, to)}/handle/0`, value: handler(value) },
  ],
  (doc, at, to, value) => [
    { op: "replace", path: `${place(doc, at, to)}/label`, value: `r${value % 9}` },
  ],
  (doc, at, to, value) => [
    { op: "add", path: `${server(doc, at)}/named/n${to % 3}`, value: someRoute(value) },
  ],
  (doc, at, to) => [{ op: "remove", path: `${server(doc, at)}/named/n${to % 3}` }],
  (doc, at, to) => [
    { op: "move", from: place(doc, at, to), path: `${server(doc, to)}/named/n${at % 3}` },
  ],
  (doc, at, to) => [{ op: "move", from: server(doc, at), path: free(to) }],
  (doc, at, to) => [{ op: "copy", from: server(doc, at), path: free(to) }],
  (doc, at) => [{ op: "remove", path: server(doc, at) }],
  (doc, at, _to, value) => [
    { op: "add", path: `${server(doc, at)}/label`, value: `s${value % 3}` },
  ],
  (_doc, _at, _to, value) => [
    { op: "replace", path: "/apps/aside/label", value: `x${value % 50}` },
  ],
  (doc, at, to, value) => [
    { op: "add", path: place(doc, at, to), value: someRoute(value) },
    { op: "add", path: place(doc, to, at), value: someRoute(value + 1) },
    { op: "remove", path: place(doc, at, value) },
  ],
];

/** The pointer of some server. */
function server(document: Json, n: number): string {
  const all = ["world", "second"].flatMap((app) => {
    const servers = valueAt(document, ["apps", app, "servers"]) as JsonObject;
    return Object.keys(servers).map((name) => `/apps/${app}/servers/${name}`);
  });
  return all[n % Math.max(1, all.length)] ?? "/apps/none";
}

/** The pointer of some place for a server. */
function free(n: number): string {
  return `/apps/${["world", "second"][n % 2]}/servers/${["a", "b", "c"][(n >> 1) % 3]}`;
}

/** The pointer of some element of some server's routes. */
function place(document: Json, n: number, element: number): string {
  const routes = `${server(document, n)}/routes`;
  const { length } = valueAt(document, routes.slice(1).split("/")) as Json[];
  return printPath([...routes.slice(1).split("/"), String(element % (length + 1))]);
}

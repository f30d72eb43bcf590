// Random sequences of config API requests, sent to both. After each the documents must be equal,
// and what succeeded on one must have succeeded on the other, documented differences aside.

import { isDeepStrictEqual } from "node:util";
import { adminDifferences } from "./differences.mjs";

const JSON_TYPE = { "Content-Type": "application/json" };
const SERVER = ["apps", "http", "servers", "srv"];
const KEYS = ["a", "b", "c", "d e", "é"];
/** What a failure may be called here; which it is stands in the table of the admin API. */
const FAILURES = [400, 404, 405, 409, 415];

/** Run `length` requests of one seed. `report(passed, text, difference?)` is told of each. */
export async function compareSequence({ caddy, graft }, seed, length, report) {
  const random = randomFrom(seed);
  const base = () => ({
    apps: {
      http: {
        servers: {
          srv: {
            automatic_https: { disable: true },
            routes: [{ "@id": "first", handle: [{ handler: "vars", tree: treeOf(random, 3) }] }],
          },
        },
      },
    },
  });
  await loadBoth([caddy, graft], base());
  for (let i = 0; i < length; i++) {
    const step = nextStep(random, await graft.document());
    const { method, path, body, headers } = step;
    [step.caddy, step.graft] = [
      await caddy.ask(method, path, { body, headers }),
      await graft.ask(method, path, { body, headers }),
    ];
    const documents = [await caddy.document(), await graft.document()];
    const difference = adminDifferences.find((known) => known.applies(step));
    const fault = difference ? undefined : faultOf(step, documents);
    const text = `seed ${seed} #${i}: ${method} ${path} ${body ?? ""}`;
    report(fault, text, ...(difference ? [difference] : []));
    if (!isDeepStrictEqual(...documents)) await loadBoth([caddy, graft], base());
  }
}

async function loadBoth(peers, document) {
  for (const peer of peers) {
    const { status, body } = await peer.load(document);
    if (status !== 200)
      throw new Error(`${peer.name} refused ${JSON.stringify(document)}: ${body}`);
  }
}

/** What is wrong with the two answers and the two documents after them. */
function faultOf({ method, kind, caddy, graft }, documents) {
  if (caddy.status < 400 !== graft.status < 400) {
    return `Caddy ${caddy.status} ${caddy.body}, here ${graft.status} ${graft.body}`;
  }
  if (!isDeepStrictEqual(...documents)) {
    return `the documents differ: ${documents.map((d) => JSON.stringify(d)).join("\nand here ")}`;
  }
  if (graft.status >= 400) return faultOfFailure(kind, graft);
  if (method !== "GET") return undefined;
  const values = [caddy, graft].map(({ body }) => JSON.parse(body));
  return isDeepStrictEqual(...values) ? undefined : `read ${caddy.body}, here ${graft.body}`;
}

function faultOfFailure(kind, { status, body }) {
  const wanted = { broken: [400, 404], untyped: [415, 404, 400], method: [405] }[kind] ?? FAILURES;
  if (!wanted.includes(status)) return `failed with ${status}, not one of ${wanted}`;
  return typeof JSON.parse(body).error === "string" ? undefined : `no error in ${body}`;
}

/** A request, mostly to something that is there. */
function nextStep(random, document) {
  const method = random.pick(["GET", "POST", "POST", "PUT", "PUT", "PATCH", "DELETE"]);
  const kind = random.pick([...Array(20).fill("plain"), "broken", "untyped", "empty", "method"]);
  const aim = random.chance(0.12) ? structural(random) : inTree(random, document);
  const reading = method === "GET" || method === "DELETE";
  const body = reading ? undefined : bodyOf(random, kind, aim);
  return {
    kind: reading && kind !== "method" ? "plain" : kind,
    method: kind === "method" ? "REPORT" : method,
    path: aim.path,
    nested: aim.nested ?? false,
    headers:
      body === undefined ? {} : kind === "untyped" ? { "Content-Type": "text/plain" } : JSON_TYPE,
    body,
  };
}

function bodyOf(random, kind, { value, path }) {
  if (kind === "empty") return "";
  if (kind === "broken") return random.pick(["{", "[1,", "nul", '{"a":1}}', "'a'"]);
  if (value !== undefined) return JSON.stringify(value);
  const wantsArray = path.endsWith("...") && random.chance(0.8);
  return JSON.stringify(wantsArray ? [treeOf(random, 1), treeOf(random, 1)] : treeOf(random, 2));
}

/** Somewhere in the harmless part, now and then a step beside what is there. */
function inTree(random, document) {
  const root = [...SERVER, "routes", "0", "handle", "0", "tree"];
  const steps = [];
  let node = root.reduce((at, step) => at?.[step], document);
  let nested = false;
  while (typeof node === "object" && node !== null && !random.chance(0.25)) {
    const known = Object.keys(node);
    const step = random.chance(0.75) && known.length > 0 ? random.pick(known) : stray(random, node);
    nested ||= Array.isArray(node) && Array.isArray(node[step]);
    steps.push(step);
    node = node[step];
  }
  if (random.chance(0.1)) steps.push(stray(random, []));
  const end = Array.isArray(node) && random.chance(0.3) ? "/..." : random.pick(["", "", "/"]);
  const start = random.chance(0.2)
    ? ["id", random.pick(["first", "first", "nobody"]), ...root.slice(6)]
    : ["config", ...root];
  return { path: `/${[...start, ...steps].map(encodeURIComponent).join("/")}${end}`, nested };
}

function stray(random, node) {
  if (!Array.isArray(node)) return random.pick(KEYS);
  return random.pick([String(node.length), String(node.length + 3), "01", "-1", "x"]);
}

/** The routes and the server themselves: what makes a document valid or not. */
function structural(random) {
  const routes = [...SERVER, "routes"].join("/");
  return random.pick([
    { path: `/config/${routes}`, value: { handle: [{ handler: "vars", tree: {} }] } },
    { path: `/config/${routes}/0`, value: { handle: [{ handler: "vars", tree: [1] }] } },
    { path: `/config/${routes}/1`, value: { group: "g", terminal: true } },
    { path: `/config/${routes}/...`, value: [{ terminal: false }] },
    { path: `/config/${routes}`, value: { handle: [{ handler: "no_such" }] } },
    { path: `/config/${routes}`, value: { no_such_field: 1 } },
    { path: `/config/${SERVER.join("/")}/read_timeout`, value: random.pick(["5s", "soon", 7, {}]) },
    { path: `/config/${SERVER.join("/")}/logs`, value: 5 },
    { path: "/config/apps/no_such_app", value: {} },
  ]);
}

function treeOf(random, depth) {
  const scalar = () => random.pick([null, true, 0, -1.5, 1e21, "", "text", "é\u0000<&>\u2028"]);
  if (depth === 0) return scalar();
  const size = random.below(4);
  switch (random.below(4)) {
    case 0:
      return scalar();
    case 1:
      return Array.from({ length: size }, () => treeOf(random, depth - 1));
    default:
      return Object.fromEntries(
        Array.from({ length: size }, () => [random.pick(KEYS), treeOf(random, depth - 1)]),
      );
  }
}

/** Mulberry32: small, seeded, good enough to choose with. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  return { below, chance: (p) => next() < p, pick: (from) => from[below(from.length)] };
}

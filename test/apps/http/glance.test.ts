// A glance at a route stands for building it: whatever it tells, building tells the same, and
// nothing that building refuses is let pass.

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { MatcherIndex } from "../../../src/apps/http/module.js";
import { type Route, route } from "../../../src/apps/http/routes.js";
import { standardModules } from "../../../src/apps/standard.js";
import { ConfigError, freeze, type Json } from "../../../src/document/index.js";
import {
  type Candidate,
  type Definition,
  defineApp,
  Engine,
  type PartList,
  Registry,
  silentLog,
} from "../../../src/engine/index.js";
import { Kept } from "../../../src/engine/kept.js";
import type { Held } from "../../../src/engine/unit.js";
import { AnyJson } from "../../../src/schema/index.js";
import { realClock } from "../../support/admin.js";

type Outline = { readonly index: MatcherIndex };

/** What provisioning a route comes to: what it is found by, and what lives and is kept; or what is wrong. */
function provisioned(
  definition: Definition<never, Route, Outline>,
  node: Json,
  modules: readonly Definition[] = standardModules,
): unknown {
  let list: PartList<Route, Outline> | undefined;
  const app = defineApp({
    id: "routes",
    summary: "A list of routes.",
    schema: AnyJson("Anything."),
    provision(_, context) {
      list = context.list(definition, [node], []);
      return {};
    },
  });
  const registry = new Registry([...modules, app as unknown as Definition]);
  const engine = new Engine({ registry, ports: { clock: realClock, log: silentLog, env: {} } });
  let candidate: Candidate;
  try {
    candidate = engine.prepare(freeze({ apps: { routes: [] } }));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues;
  }
  const part = list?.parts.at(0);
  return {
    outline: part?.outline,
    built: candidate.built.map(({ definition: { id }, path }) => `${id} ${path.join("/")}`).sort(),
    kept: keptBy(candidate.root).sort(),
    works: typeof part?.instance.handle,
  };
}

/** The names of what is kept by whatever this holds. */
function keptBy(held: Held): string[] {
  if (held instanceof Kept) return [`${held.kind} ${held.name}`];
  return held.holds.flatMap(keptBy);
}

const texts = fc.constantFrom("", "plain", "{http.request.uri}", '{"json": true}', "\n", "ünï");
const names = fc.constantFrom("X-A", "x-b", "bad name", "", "{http.request.host}", "Host", "ü");
const hosts = fc.constantFrom("a.example", "*.b.example", "C.example", "münchen.de", "{env.HOST}");
const oddHosts = fc.constantFrom("x y", "", "*", "a.*.b", "\u0000");
const paths = fc.constantFrom("/a", "/a/*", "*.php", "*x*", "/a/*/b", "/a[", "/%2f", "/a//b");
const oddPaths = fc.constantFrom("\\{x}", "{http.vars.p}", "*", "");
const statuses = fc.constantFrom<Json>(200, "404", 99, "x", "{http.vars.s}", 103, 1000, null, 4.5);

const fields = fc.dictionary(names, fc.array(texts, { maxLength: 2 }), { maxKeys: 2 });
const optional = { requiredKeys: [] };
const matcherSet = fc.record(
  {
    host: fc.array(fc.oneof({ weight: 4, arbitrary: hosts }, oddHosts), { maxLength: 3 }),
    path: fc.array(fc.oneof({ weight: 4, arbitrary: paths }, oddPaths), { maxLength: 3 }),
    method: fc.constantFrom<Json>(["GET"], ["get", ""], [], [1], null),
    protocol: fc.constantFrom<Json>("http", "grpc", "gopher"),
    file: fc.constantFrom<Json>(
      {},
      { root: "{http.vars.root}", try_files: ["{http.request.uri.path}", "/*.html", "/"] },
      { try_files: ["/a", "=404"], try_policy: "largest_size" },
      { try_files: ["/a[", "=103"], split_path: [".php"] },
      { try_files: ["/[a]/\\*"], split_path: [""] },
      { try_policy: "any" },
      { fs: "memory" },
    ),
    header: fields,
    query: fc.dictionary(texts, fc.array(texts, { maxLength: 2 }), { maxKeys: 2 }),
    vars: fc.dictionary(texts, fc.array(texts, { maxLength: 2 }), { maxKeys: 2 }),
    not: fc.constantFrom<Json>([], [{ path: ["/a"] }], [{ host: ["x y"] }], [{ no: 1 }], [null]),
  },
  optional,
);
const oddSet = fc.constantFrom<Json>(null, [], "x", { nothing: [] }, { remote_ip: {} });

const headers = fc.record(
  {
    handler: fc.constant("headers"),
    request: fc.record({ set: fields, delete: fc.array(names, { maxLength: 2 }) }, optional),
    response: fc.record({ add: fields, deferred: fc.boolean(), unknown: texts }, optional),
  },
  { requiredKeys: ["handler"] },
);
const answer = fc.record(
  {
    handler: fc.constant("static_response"),
    status_code: statuses,
    body: texts,
    headers: fields,
    close: fc.constantFrom<Json>(true, "yes"),
  },
  { requiredKeys: ["handler"] },
);
const variables = fc.tuple(names, texts).map(([name, text]) => ({ handler: "vars", [name]: text }));
const files = fc.record(
  {
    handler: fc.constant("file_server"),
    root: texts,
    hide: fc.array(fc.oneof(paths, texts), { maxLength: 2 }),
    index_names: fc.array(texts, { maxLength: 2 }),
    status_code: statuses,
    pass_thru: fc.constantFrom<Json>(true, "yes"),
    precompressed_order: fc.constantFrom<Json>(["br"], ["lzma"]),
  },
  { requiredKeys: ["handler"] },
);
const rewrites = fc.record(
  {
    handler: fc.constant("rewrite"),
    method: fc.constantFrom<Json>("GET", "{http.vars.m}", "no token", ""),
    uri: fc.constantFrom("/a?b={http.request.uri.query}", "?", "#", "{http.request.uri}", "", "%"),
    strip_path_prefix: texts,
    uri_substring: fc.constantFrom<Json>([{ find: "a" }], [{ find: "a", limit: "x" }], []),
    path_regexp: fc.constantFrom<Json>([{ find: "(" }], [{ find: "a", replace: "$1" }]),
    query: fc.constantFrom<Json>({}, { rename: [{ key: "a", val: "b" }] }, { replace: [{}] }),
  },
  { requiredKeys: ["handler"] },
);
const encoders = fc.record(
  {
    handler: fc.constant("encode"),
    encodings: fc.constantFrom<Json>(
      { gzip: {} },
      { gzip: { level: 11 } },
      { zstd: {}, gzip: { level: 1 } },
      { zstd: { level: "x" } },
      { lz: {} },
    ),
    prefer: fc.constantFrom<Json>([], ["gzip"], ["gzip", "gzip"], ["zstd", "gzip"], null),
    minimum_length: fc.constantFrom<Json>(0, 100, -1, "x"),
    match: fc.constantFrom<Json>({ status_code: [2] }, { headers: { "X A": null } }, { x: 1 }),
  },
  { requiredKeys: ["handler"] },
);
const dials = fc.constantFrom("a:1", "[::1]:80", "unix//s", "a:x", "a:0", "{env.A}:1", "\\{:1", "");
const look = fc.constantFrom<Json>(
  { match: { status_code: [2] } },
  { status_code: "404" },
  { routes: [{ handle: [{ handler: "copy_response", status_code: 200 }] }] },
  { routes: [{ handle: [{ handler: "copy_response_headers", include: ["A"] }] }] },
  { routes: [{ handle: [{ handler: "reverse_proxy", upstreams: [{ dial: "within:1" }] }] }] },
);
const oddLook = fc.constantFrom<Json>(
  { status_code: "no" },
  { routes: [{ handle: [{ handler: "copy_response", status_code: 1 }] }] },
  { routes: [{ handle: [{ handler: "copy_response_headers", include: ["A"], exclude: ["B"] }] }] },
  { routes: Array.from({ length: 9 }, () => ({})) },
);
const looks = fc.array(fc.oneof({ weight: 4, arbitrary: look }, oddLook), { maxLength: 2 });
const proxies = fc.record(
  {
    handler: fc.constant("reverse_proxy"),
    upstreams: fc.array(
      fc.record({ dial: dials, max_requests: fc.constantFrom(0, 5) }, { requiredKeys: ["dial"] }),
      {
        maxLength: 2,
      },
    ),
    transport: fc.constantFrom<Json>(
      { protocol: "http" },
      { protocol: "http", versions: ["2"] },
      { protocol: "smoke" },
      null,
    ),
    load_balancing: fc.constantFrom<Json>(
      { retries: 2 },
      { selection_policy: { policy: "round_robin" } },
      { selection_policy: { policy: "cookie", fallback: { policy: "first" } } },
      { selection_policy: { policy: "weighted_round_robin", weights: [0] } },
      { selection_policy: { policy: "dice" } },
      { retry_match: [{ path: ["/a"] }] },
      {},
    ),
    headers: fc.record({ request: fc.record({ set: fields }, optional) }, optional),
    handle_response: looks,
    trusted_proxies: fc.constantFrom<Json>(["10.0.0.0/8"], ["x"], null),
    health_checks: fc.constantFrom<Json>({ passive: { fail_duration: "1s" } }, { passive: 1 }, {}),
  },
  { requiredKeys: ["handler"] },
);
const others = fc.constantFrom<Json>(
  { handler: "nothing" },
  { handler: "error" },
  { handler: "error", status_code: "x" },
  null,
  {},
);

const { route: routes } = fc.letrec<{ route: unknown; handler: unknown }>((tie) => ({
  route: fc.record(
    {
      "@id": fc.constant("x"),
      group: fc.constantFrom<Json>("g", 1, null),
      match: fc.array(fc.oneof({ weight: 9, arbitrary: matcherSet }, oddSet), { maxLength: 2 }),
      handle: fc.array(tie("handler"), { maxLength: 2 }),
      terminal: fc.constantFrom<Json>(true, true, "no"),
    },
    optional,
  ),
  handler: fc.oneof(
    { maxDepth: 3 },
    { weight: 3, arbitrary: headers },
    { weight: 3, arbitrary: answer },
    { weight: 2, arbitrary: variables },
    { weight: 2, arbitrary: files },
    { weight: 2, arbitrary: rewrites },
    { weight: 2, arbitrary: proxies },
    { weight: 2, arbitrary: encoders },
    others,
    fc
      .array(tie("route"), { maxLength: 11 })
      .map((inner) => ({ handler: "subroute", routes: inner })),
    fc
      .array(tie("route"), { maxLength: 11 })
      .map((inner) => ({ handler: "intercept", handle_response: [{ routes: inner }] })),
  ),
}));

/** Nothing is glanced at: all of it is built. */
const builtAtOnce = (node: Json) =>
  provisioned(
    { ...route, glance: undefined as never },
    node,
    standardModules.map((definition) => ({ ...definition, glance: undefined as never })),
  );

/** A route, and how often a glance told enough of it. */
function glancedAt(): { definition: typeof route; told: () => number } {
  let told = 0;
  const glance: typeof route.glance = (config, parts) => {
    const outline = route.glance?.(config, parts);
    if (outline !== undefined) told++;
    return outline;
  };
  return { definition: { ...route, glance }, told: () => told };
}

describe("a glance at a route", () => {
  it.each<[string, fc.Arbitrary<unknown>, number]>([
    ["any route", routes, 2000],
    ["a route to a proxy", proxies.map((proxy) => ({ handle: [proxy] })), 500],
    ["a route that compresses", encoders.map((encode) => ({ handle: [encode] })), 500],
  ])(
    "tells of %s what building it tells, and lets pass what building lets pass",
    (_, of, numRuns) => {
      const { definition, told } = glancedAt();
      fc.assert(
        fc.property(of, (value) => {
          const node = freeze(value as Json);
          expect(provisioned(definition, node)).toEqual(builtAtOnce(node));
        }),
        { numRuns },
      );
      expect(told()).toBeGreaterThan(numRuns / 10);
    },
  );

  it.each<[string, Json, number]>([
    ["a proxy", proxied({ upstreams: [{ dial: "a:1" }] }), 1],
    ["a proxy that it leaves to be built", proxied({ upstreams: [{ dial: "{env.A}:1" }] }), 1],
    ["a proxy that cannot be built", proxied({ upstreams: [{ dial: "a:x" }] }), 0],
    ["more routes within it than are asked one by one", nested(Array(9).fill({})), 0],
    ["a route that is invoked", { handle: [{ handler: "invoke", name: "x" }] }, 0],
  ])("of %s", (_, node, times) => {
    const { definition, told } = glancedAt();
    expect(provisioned(definition, node)).toEqual(builtAtOnce(node));
    expect(told()).toBe(times);
  });
});

function nested(inner: Json[]): Json {
  return freeze({ handle: [{ handler: "subroute", routes: inner }] });
}

function proxied(config: object): Json {
  return freeze({ handle: [{ handler: "reverse_proxy", ...config } as Json] });
}

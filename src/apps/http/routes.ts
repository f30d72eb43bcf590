// Routes: a list of them is asked in order, and each that matches handles the request and may pass it
// on to those after it. Lists of any length cost the same, since long ones are indexed.

import type { Json, JsonArray, Path } from "../../document/index.js";
import {
  type Context,
  type Definition,
  defineModule,
  type Glance,
  type Life,
  type PartList,
  type Spot,
} from "../../engine/index.js";
import { InlineModule, ModuleMap, PartSlot, Type } from "../../schema/index.js";
import type { Exchange } from "./exchange.js";
import { compileMatcherSets, glanceAtMatcherSets, type MatcherSets } from "./matchers/index.js";
import type { Handler, Next } from "./module.js";
import { BEFORE_ALL, entriesOf, type Indexed, RouteTable } from "./route-table.js";

/** A provisioned route. */
export interface Route extends Life, Indexed {
  readonly group: string | undefined;
  readonly terminal: boolean;
  match(exchange: Exchange): boolean;
  /** Run the handlers, then `next`. */
  handle(exchange: Exchange, next: Next): void | Promise<void>;
}

/** The routes of a server, a subroute or an error handler. */
export interface Routes {
  run(exchange: Exchange, next: Next): void | Promise<void>;
}

/** Lists up to this length are asked one by one; that is faster than looking up. */
const ASK_EACH = 8;

/** One element of a `routes` array. */
export const route: Definition<RouteConfig, Route, Indexed> = defineModule({
  id: "http.route",
  stateless: true,
  summary: "Matchers, and the handlers for what they match.",
  schema: Type.Object(
    {
      group: Type.Optional(
        Type.String({
          description: "Of the routes of one group, only the first that matches runs.",
        }),
      ),
      match: Type.Optional(
        Type.Array(ModuleMap("http.matchers", "Matchers, all of which must match."), {
          description: "Sets of matchers, one of which must match. None: everything matches.",
        }),
      ),
      handle: Type.Optional(
        Type.Array(InlineModule("http.handlers", "handler", "One handler."), {
          description: "Handlers, in the order in which they run.",
        }),
      ),
      terminal: Type.Optional(
        Type.Boolean({
          description: "Whether routes after this one are left out when it matches.",
        }),
      ),
    },
    { additionalProperties: false },
  ),
  outline: ({ index }: Route): Indexed => ({ index }),
  glance: ({ match = [], handle = [] }: RouteConfig, parts) => {
    const index = glanceAtMatcherSets(parts, match, ["match"]);
    if (index === undefined) return undefined;
    for (let i = 0; i < handle.length; i++) {
      const at = ["handle", String(i)];
      const told = parts.inline("http.handlers", "handler", handle[i] as Json, at);
      if (told === undefined) return undefined;
    }
    return { index };
  },
  provision: (config, context) => provisionRoute(config, context),
});

interface RouteConfig {
  group?: string;
  match?: Json[];
  handle?: Json[];
  terminal?: boolean;
}

function provisionRoute(config: RouteConfig, context: Context): Route {
  const { match = [], handle = [] } = config;
  const [matchers, handlers] = context.all<unknown>([
    () => compileMatcherSets(context, match, ["match"]),
    () => provisionHandlers(context, handle, ["handle"]),
  ]) as [MatcherSets, readonly PlacedHandler[]];
  return routeOf(config, matchers, handlers);
}

function routeOf(
  { group = "", terminal = false }: RouteConfig,
  { index, match }: MatcherSets,
  handlers: readonly PlacedHandler[],
): Route {
  return {
    index,
    group: group === "" ? undefined : group,
    terminal,
    match,
    handle: chain(handlers),
  };
}

/** A handler, and where it stands, should it fail. */
interface PlacedHandler {
  readonly handler: Handler;
  readonly spot: Spot;
}

/** The handlers that stand in an array of the module's node. */
function provisionHandlers(
  context: Context,
  handle: JsonArray,
  at: Path,
): readonly PlacedHandler[] {
  return context.all(
    handle.map((node, i) => () => {
      const path = at.concat(String(i));
      const handler = context.inline<Handler>("http.handlers", "handler", node as never, path);
      return { handler, spot: context.spot(node, path) };
    }),
  );
}

/** Handlers as one: each gets the rest as its `next`. */
function chain(
  handlers: readonly PlacedHandler[],
): (exchange: Exchange, next: Next) => void | Promise<void> {
  const [first, ...others] = handlers;
  if (first === undefined) return (exchange, next) => next(exchange);
  const { handler, spot } = first;
  if (others.length === 0) {
    return (exchange, next) => {
      exchange.spot = spot;
      return handler.handle(exchange, next);
    };
  }
  const rest = chain(others);
  return (exchange, next) => {
    exchange.spot = spot;
    return handler.handle(exchange, (passed) => rest(passed, next));
  };
}

/** The schema of a `routes` field; each element is a `route`. */
export const RouteArray = (description: string) =>
  Type.Array(PartSlot("A route."), { description });

/** The routes that stand at `at` in the module's node. */
export function provisionRoutes(context: Context, nodes: JsonArray, at: Path): Routes {
  if (nodes.length > ASK_EACH) return longRoutes(context.list(route, nodes, at));
  return shortRoutes(
    context.all(nodes.map((node, i) => () => context.part(route, node, at.concat(String(i))))),
  );
}

/** True when all routes of a short list can be glanced at. Long ones hold units, to be shared. */
export function glanceAtRoutes(parts: Glance, nodes: JsonArray, at: Path): true | undefined {
  if (nodes.length > ASK_EACH) return undefined;
  for (let i = 0; i < nodes.length; i++) {
    const told = parts.part(route, nodes[i] as Json, at.concat(String(i)));
    if (told === undefined) return undefined;
  }
  return true;
}

/** What follows a terminal route: nothing. */
const end: Next = () => {};

function shortRoutes(routes: readonly Route[]): Routes {
  const from = (start: number, exchange: Exchange, next: Next): void | Promise<void> => {
    for (let i = start; i < routes.length; i++) {
      const candidate = routes[i] as Route;
      if (!applies(candidate, exchange)) continue;
      if (candidate.terminal) return candidate.handle(exchange, end);
      return candidate.handle(exchange, (passed) => from(i + 1, passed, next));
    }
    return next(exchange);
  };
  return { run: (exchange, next) => from(0, exchange, next) };
}

function longRoutes(list: PartList<Route, Indexed>): Routes {
  const table = list.derive<RouteTable<Route>>(
    (parts) => RouteTable.of(entriesOf(parts)),
    (previous, by) => previous.spliced(by),
  );
  const from = (order: number, exchange: Exchange, next: Next): void | Promise<void> => {
    const entry = table.find(exchange, order, (candidate) => applies(candidate, exchange));
    if (entry === undefined) return next(exchange);
    const found = entry.value.instance;
    if (found.terminal) return found.handle(exchange, end);
    return found.handle(exchange, (passed) => from(entry.order, passed, next));
  };
  return { run: (exchange, next) => from(BEFORE_ALL, exchange, next) };
}

/** Run one route by itself, or go on when it does not apply. */
export function runRoute(alone: Route, exchange: Exchange, next: Next): void | Promise<void> {
  if (!applies(alone, exchange)) return next(exchange);
  return alone.handle(exchange, alone.terminal ? end : next);
}

function applies(candidate: Route, exchange: Exchange): boolean {
  if (!candidate.match(exchange)) return false;
  return candidate.group === undefined || exchange.enterGroup(candidate.group);
}

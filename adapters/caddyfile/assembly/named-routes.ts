// Named routes, `&(name) { … }`: each is read once, and put into every server that invokes it.

import type { JsonObject } from "../../../src/document/index.js";
import { append } from "../append.js";
import type { Route } from "../contribution.js";
import { Counter } from "../counter.js";
import { objectOf } from "../json.js";
import type { Run, Scope } from "../line.js";
import { Line } from "../line.js";
import { readRoutes } from "../routes/read.js";
import { subroute } from "../routes/subroute.js";
import type { ServerBlock } from "../syntax/blocks.js";
import { expandSegment } from "../syntax/shorthands.js";
import type { Token } from "../syntax/token.js";

/** A named route, and the named routes that it invokes itself. */
export interface NamedRoute {
  readonly route: Route;
  readonly invoked: ReadonlyMap<string, Token>;
}

/** Read the named routes. One without directives does nothing. */
export function readNamedRoutes(
  blocks: readonly ServerBlock[],
  run: Run,
): ReadonlyMap<string, NamedRoute> {
  const groups = new Counter();
  const named = new Map<string, NamedRoute>();
  for (const block of blocks) {
    const files = run.files.of(block);
    for (const segment of block.segments) {
      const scope: Scope = { run, matchers: new Map(), groups, files, invoked: new Map() };
      const line = new Line(expandSegment(segment), scope);
      named.set(line.directive, {
        route: routeFor(line, readRoutes(line)),
        invoked: scope.invoked,
      });
    }
  }
  return named;
}

/**
 * One route for all. When the routes are one that matches everything, Caddy keeps its first handler
 * and drops the others. Who invokes the route relies on what it does today, so it is done here too,
 * but said.
 */
function routeFor(line: Line, routes: readonly Route[]): Route {
  const [only] = routes;
  const [first, ...dropped] = only?.handle ?? [];
  if (routes.length !== 1 || first === undefined || only?.match !== undefined) {
    return { handle: [subroute(routes)] };
  }
  if (dropped.length > 0) {
    const names = dropped.map(({ handler }) => `'${handler}'`).join(", ");
    line.warn(
      `named route '${line.directive}' keeps only its first handler, '${first.handler}', as in Caddy; ${names} dropped: put a 'route' block around all of them`,
    );
  }
  return { handle: [first] };
}

/** The named routes that a server needs: those its sites invoke, and those these invoke. */
export function namedRoutesFor(
  invokers: Iterable<Pick<NamedRoute, "invoked">>,
  named: ReadonlyMap<string, NamedRoute>,
): JsonObject {
  const needed = new Map<string, Route>();
  const queue = [...invokers].flatMap(({ invoked }) => [...invoked]);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [name, token] = next;
    if (needed.has(name)) continue;
    const found = named.get(name);
    if (found === undefined) {
      return token.fail(`cannot invoke named route '${name}', which was not defined`);
    }
    needed.set(name, found.route);
    append(queue, found.invoked);
  }
  return objectOf(needed);
}

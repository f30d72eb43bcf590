// Named routes, `&(name) { … }`: each is read once, and put into every server that invokes it.

import type { JsonObject } from "../../../src/document/index.js";
import type { Route } from "../contribution.js";
import { Counter } from "../counter.js";
import { objectOf } from "../json.js";
import type { Run, Scope } from "../line.js";
import { Line } from "../line.js";
import { readRoutes } from "../routes/read.js";
import type { ServerBlock } from "../syntax/blocks.js";
import { expandSegment } from "../syntax/shorthands.js";
import type { Token } from "../syntax/token.js";

/** A named route, and the named routes that it invokes itself. */
export interface NamedRoute {
  readonly route: Route;
  readonly invoked: ReadonlyMap<string, Token>;
}

/** Read the named routes. One without directives counts as not defined. */
export function readNamedRoutes(
  blocks: readonly ServerBlock[],
  run: Run,
): ReadonlyMap<string, NamedRoute> {
  const groups = new Counter();
  const named = new Map<string, NamedRoute>();
  for (const block of blocks) {
    for (const segment of block.segments) {
      const scope: Scope = { run, matchers: new Map(), groups, invoked: new Map() };
      const line = new Line(expandSegment(segment), scope);
      const routes = readRoutes(line);
      if (line.block().length > 0) {
        named.set(line.directive, { route: routeFor(routes), invoked: scope.invoked });
      }
    }
  }
  return named;
}

/** One route that does what the routes do, without a subroute where it can do without. */
function routeFor(routes: readonly Route[]): Route {
  const [only] = routes;
  if (routes.length === 1 && only?.handle !== undefined && only.match === undefined) {
    return { handle: only.handle };
  }
  return { handle: [{ handler: "subroute", routes }] };
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
    queue.push(...found.invoked);
  }
  return objectOf(needed);
}

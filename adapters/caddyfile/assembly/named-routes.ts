// Named routes, `&(name) { … }`: each is read once, and put into every server that invokes it.

import type { JsonObject } from "../../../src/document/index.js";
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
  /** How many words it is made of, with the matchers that it uses. */
  readonly words: number;
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
      const before = run.budget.spent;
      run.budget.spend(segment.length, line.name);
      const route = routeFor(line, readRoutes(line));
      const words = run.budget.spent - before;
      named.set(line.directive, { route, words, invoked: scope.invoked });
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
  { budget }: Run,
): JsonObject {
  // What is set while a map is walked is walked, too, and a name is in it once.
  const wanted = new Map<string, Token>();
  const want = (names: Iterable<readonly [string, Token]>) => {
    for (const [name, token] of names) if (!wanted.has(name)) wanted.set(name, token);
  };
  for (const { invoked } of invokers) want(invoked);
  const needed = new Map<string, Route>();
  for (const [name, token] of wanted) {
    const found = named.get(name);
    if (found === undefined) {
      return token.fail(`cannot invoke named route '${name}', which was not defined`);
    }
    budget.spend(found.words, token);
    needed.set(name, found.route);
    want(found.invoked);
  }
  return objectOf(needed);
}

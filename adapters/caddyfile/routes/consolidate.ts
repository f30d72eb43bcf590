// Neighbouring routes that match the same become one route, with the handlers of both.

import { equal } from "../../../src/document/index.js";
import type { Route } from "../contribution.js";
import type { Marks } from "../source-map.js";
import type { Token } from "../syntax/token.js";

/** A route and the directive it is from. */
export interface Placed {
  readonly route: Route;
  readonly token: Token;
}

/** Put neighbours together that differ in their handlers only. */
export function consolidate(placed: readonly Placed[], marks: Marks): readonly Route[] {
  const routes: Route[] = [];
  let last: { handle: Route["handle"] & object; route: Route } | undefined;
  for (const { route, token } of placed) {
    const handlers = route.handle ?? [];
    if (last !== undefined && isSame(last.route, route)) {
      last.handle = [...last.handle, ...handlers];
      routes[routes.length - 1] = marks.mark({ ...last.route, handle: last.handle }, token);
    } else {
      last = { route, handle: handlers };
      routes.push(marks.markOnce(route, token));
    }
  }
  return routes;
}

function isSame(a: Route, b: Route): boolean {
  return (
    a.group === b.group &&
    (a.terminal ?? false) === (b.terminal ?? false) &&
    equal(a.match ?? [], b.match ?? [])
  );
}

// Neighbouring routes that match the same become one route, with the handlers of both.

import { equal } from "../../../src/document/index.js";
import { append } from "../append.js";
import type { Handler, Route } from "../contribution.js";
import type { Marks } from "../source-map.js";
import type { Token } from "../syntax/token.js";

/** A route and the directive it is from. */
export interface Placed {
  readonly route: Route;
  readonly token: Token;
}

/** Put neighbours together that differ in their handlers only. */
export function consolidate(placed: readonly Placed[], marks: Marks): readonly Route[] {
  if (!placed.some(isLikeLast)) {
    return placed.map(({ route, token }) => marks.markOnce(route, token));
  }
  const runs: { readonly first: Placed; readonly more: Handler[] }[] = [];
  for (const next of placed) {
    const last = runs.at(-1);
    if (last !== undefined && isSame(last.first.route, next.route)) {
      append(last.more, next.route.handle ?? []);
    } else runs.push({ first: next, more: [] });
  }
  return runs.map(({ first: { route, token }, more }) => {
    if (more.length === 0) return marks.markOnce(route, token);
    return marks.mark({ ...route, handle: [...(route.handle ?? []), ...more] }, token);
  });
}

function isLikeLast(next: Placed, at: number, placed: readonly Placed[]): boolean {
  const last = placed[at - 1];
  return last !== undefined && isSame(last.route, next.route);
}

function isSame(a: Route, b: Route): boolean {
  if (a.group !== b.group || (a.terminal ?? false) !== (b.terminal ?? false)) return false;
  return a.match === b.match || equal(a.match ?? [], b.match ?? []);
}

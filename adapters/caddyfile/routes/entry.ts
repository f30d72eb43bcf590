// One thing that a directive gave, with the directive it came from.

import type { Contribution, Route, Routed } from "../contribution.js";
import type { Token } from "../syntax/token.js";

/** A contribution and its directive. */
export interface Entry<Given extends Contribution = Contribution> {
  /** The directive's name; `handle` for `handle_path`, as the two exclude each other. */
  readonly directive: string;
  readonly token: Token;
  readonly given: Given;
}

/** An entry that becomes routes. */
export type RoutedEntry = Entry<Routed>;

/** The routes of an entry. */
export function routesOf({ given }: RoutedEntry): readonly Route[] {
  if ("handle" in given) {
    const { match, handle } = given;
    const handlers = Array.isArray(handle) ? handle : [handle];
    return [match === undefined ? { handle: handlers } : { match: [match], handle: handlers }];
  }
  return "routes" in given ? given.routes : [given.route];
}

/** The route of an entry that has exactly one by its nature. */
export function routeOf(entry: RoutedEntry): Route | undefined {
  return "routes" in entry.given ? undefined : routesOf(entry)[0];
}

// What the HTTP app's own modules look like: a handler, a matcher, and the chains made of them.

import type { Static, TSchema } from "typebox";
import {
  type Context,
  type Definition,
  defineModule,
  type Glance,
  type Life,
} from "../../engine/index.js";
import type { Exchange } from "./exchange.js";

/** The rest of the chain. Nothing after it can be undone; most handlers call it last, or not at all. */
export type Next = (exchange: Exchange) => void | Promise<void>;

/** Answers a request, or does its part and passes it on. Throws `HttpError` to have an error handled. */
export interface Handler extends Life {
  handle(exchange: Exchange, next: Next): void | Promise<void>;
}

/** Says whether a route applies. */
export interface Matcher extends Life {
  match(exchange: Exchange): boolean;
  /** What a routing index may know of it; absent: it must be asked. */
  readonly index?: MatcherIndex;
}

/** The requests a matcher can match at all. Each list is complete: what is not in it cannot match. */
export interface MatcherIndex {
  /** Host names in lower case; `*.example.com` stands for one label. */
  readonly hosts?: readonly string[];
  /** Paths that match exactly, in lower case. */
  readonly paths?: readonly string[];
  /** Beginnings of paths that match, in lower case. */
  readonly prefixes?: readonly string[];
}

/** Define a handler: it stands in a route's `handle` as `{"handler": "<name>", …}`. */
export function defineHandler<S extends TSchema>(definition: {
  /** The name in the config; the module's id is `http.handlers.<name>`. */
  readonly name: string;
  readonly summary: string;
  readonly schema: S;
  /** It keeps nothing from one request to the next (see `Definition.stateless`). */
  readonly stateless?: boolean;
  /** True when building it cannot fail (see `Definition.glance`). */
  glance?(config: Static<S>, parts: Glance): true | undefined;
  provision(config: Static<S>, context: Context): Handler;
}): Definition<Static<S>, Handler, true> {
  return defineModule<S, Handler, true>({ ...definition, id: `http.handlers.${definition.name}` });
}

/** Define a matcher: it stands in a matcher set as `{"<name>": …}`. */
export function defineMatcher<S extends TSchema>(definition: {
  /** The name in the config; the module's id is `http.matchers.<name>`. */
  readonly name: string;
  readonly summary: string;
  readonly schema: S;
  /** It keeps nothing from one request to the next (see `Definition.stateless`). */
  readonly stateless?: boolean;
  /** The matcher's index, when building it cannot fail (see `Definition.glance`). */
  glance?(config: Static<S>, parts: Glance): MatcherIndex | undefined;
  provision(config: Static<S>, context: Context): Matcher;
}): Definition<Static<S>, Matcher, MatcherIndex> {
  return defineModule<S, Matcher, MatcherIndex>({
    ...definition,
    id: `http.matchers.${definition.name}`,
  });
}

// What directives give to their site. A handler directive gives a route; others give listeners, a
// logger, settings of TLS. The assembly collects them, and knows nothing of the directives.

import type { JsonObject } from "../../src/document/index.js";
import type { CustomLog } from "./logging/custom-log.js";
import type { SiteTls } from "./tls/site-tls.js";

/** Matchers by their module's name; a request has to satisfy all of them. */
export type MatcherSet = JsonObject;

/** A handler with its name under `handler`. */
export type Handler = JsonObject;

/** A route as it stands in the document. */
export type Route = {
  readonly group?: string;
  readonly match?: readonly MatcherSet[];
  readonly handle?: readonly Handler[];
  readonly terminal?: boolean;
};

/** A route of those parts that there are. Thousands are made so, and spreading is slow. */
export function routeWith(
  group: Route["group"],
  match: Route["match"],
  handle: Route["handle"],
  terminal: Route["terminal"],
): Route {
  const route: { -readonly [Part in keyof Route]: Route[Part] } = {};
  if (group !== undefined) route.group = group;
  if (match !== undefined) route.match = match;
  if (handle !== undefined) route.handle = handle;
  if (terminal !== undefined) route.terminal = terminal;
  return route;
}

/** One route: what it matches (all requests, when undefined) and what handles it. */
export interface HandlerContribution {
  readonly match: MatcherSet | undefined;
  readonly handle: Handler | readonly Handler[];
}

/** A handler that works with a certificate authority of the pki app; `acme_server`. */
export interface AuthorityContribution extends HandlerContribution {
  /** Its ID. The authority is added to the app if no option configures it. */
  readonly authority: string;
}

/** A route that its directive made itself, for more than one matcher set, or to be terminal. */
export interface RouteContribution {
  readonly route: Route;
}

/** Several routes that stay together in their order, wherever sorting puts them. */
export interface RoutesContribution {
  readonly routes: readonly Route[];
}

/** A route for errors; `handle_errors`. */
export interface ErrorRouteContribution {
  readonly errorRoute: Route;
}

/** Where to listen, and for which protocols (none: the default ones); `bind`. */
export interface BindContribution {
  readonly bind: { readonly addresses: readonly string[]; readonly protocols: readonly string[] };
}

/** A logger for the access log; `log`. */
export interface LogContribution {
  readonly log: CustomLog;
}

/** Certificates and handshakes; `tls`. */
export interface TlsContribution {
  readonly tls: SiteTls;
}

/** A wrapper around the listeners of the site's server, with its name under `wrapper`. */
export interface ListenerWrapperContribution {
  readonly listenerWrapper: JsonObject;
}

/** As a listener wrapper, for UDP. */
export interface PacketConnWrapperContribution {
  readonly packetConnWrapper: JsonObject;
}

/** What a directive may give. */
export type Contribution =
  | HandlerContribution
  | AuthorityContribution
  | RouteContribution
  | RoutesContribution
  | ErrorRouteContribution
  | BindContribution
  | LogContribution
  | TlsContribution
  | ListenerWrapperContribution
  | PacketConnWrapperContribution;

/** A contribution that becomes routes where its directive stands. */
export type Routed = HandlerContribution | RouteContribution | RoutesContribution;

/** Whether a contribution becomes routes where its directive stands. */
export function isRouted(contribution: Contribution): contribution is Routed {
  return "handle" in contribution || "route" in contribution || "routes" in contribution;
}

// Routes inside a route: the handler that directives with blocks make.

import type { Handler, Route } from "../contribution.js";

/** A handler that does what these routes do. */
export function subroute(routes: readonly Route[]): Handler {
  return routes.length > 0 ? { handler: "subroute", routes } : { handler: "subroute" };
}

// Routes inside a route: the handler that directives with blocks make.

import type { Handler, Route } from "../contribution.js";
import { omitEmpty } from "../json.js";

/** A handler that does what these routes do. */
export function subroute(routes: readonly Route[]): Handler {
  return { handler: "subroute", ...omitEmpty({ routes }) };
}

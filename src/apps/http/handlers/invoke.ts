// The `invoke` handler: runs a named route of the server, as if it stood here.

import { Type } from "../../../schema/index.js";
import { defineHandler } from "../module.js";
import { route, runRoute } from "../routes.js";

/** Runs `named_routes.<name>` of the server it stands in. */
export const invoke = defineHandler({
  name: "invoke",
  stateless: true,
  summary: "Runs a named route of the server.",
  schema: Type.Object(
    { name: Type.String({ description: "The name under the server's `named_routes`." }) },
    { additionalProperties: false },
  ),
  provision({ name }, context) {
    const server = context.enclosing("http.server");
    const named = server && context.use(route, [...server, "named_routes", name]);
    if (!named) return context.fail(["name"], `there is no named route "${name}" in this server`);
    return { handle: (exchange, next) => runRoute(named, exchange, next) };
  },
});

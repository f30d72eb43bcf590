// The `subroute` handler: routes within a route, with error routes of their own.

import { Type } from "../../../schema/index.js";
import { asHttpError } from "../errors.js";
import { defineHandler } from "../module.js";
import { glanceAtRoutes, provisionRoutes, RouteArray } from "../routes.js";

/** Runs its routes, then what follows it. */
export const subroute = defineHandler({
  name: "subroute",
  stateless: true,
  summary: "Routes within a route.",
  schema: Type.Object(
    {
      routes: Type.Optional(RouteArray("The routes, asked in order.")),
      errors: Type.Optional(
        Type.Object(
          { routes: Type.Optional(RouteArray("Routes for errors of the routes above.")) },
          { additionalProperties: false, description: "What is done about errors." },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  glance: ({ routes = [], errors }, parts) =>
    glanceAtRoutes(parts, routes, ["routes"]) &&
    glanceAtRoutes(parts, errors?.routes ?? [], ["errors", "routes"]),

  provision({ routes = [], errors }, context) {
    const inner = provisionRoutes(context, routes, ["routes"]);
    if (errors?.routes === undefined)
      return { handle: (exchange, next) => inner.run(exchange, next) };
    const onError = provisionRoutes(context, errors.routes, ["errors", "routes"]);
    return {
      async handle(exchange, next) {
        try {
          await inner.run(exchange, next);
        } catch (error) {
          if (exchange.response.headSent) throw error;
          exchange.error = asHttpError(error);
          await onError.run(exchange, next);
        }
      },
    };
  },
});

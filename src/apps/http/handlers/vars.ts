// `vars`: variables that last as long as the request, for `{http.vars.x}` and the `vars` matcher.

import type { Json } from "../../../document/index.js";
import { AnyJson, MapOf } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import { defineHandler } from "../module.js";
import { compileTemplate, textOf } from "../placeholders.js";
import type { Compiling } from "../replacement.js";

/** Access logs read the user from this placeholder, so setting the variable sets both. */
const USER_ID = "http.auth.user.id";

/** Sets variables, then passes the request on. */
export const vars = defineHandler({
  name: "vars",
  stateless: true,
  summary: "Sets variables for the rest of the request.",
  schema: MapOf(
    AnyJson("The value; placeholders in a text are filled."),
    "The variables by name. Names may hold placeholders.",
  ),

  glance: () => true,

  provision(config, context) {
    const setters = Object.entries(config).map(([name, value]) => setter(name, value, context));
    return {
      handle(exchange, next) {
        for (const set of setters) set(exchange);
        return next(exchange);
      },
    };
  },
});

function setter(name: string, value: Json, context: Compiling): (exchange: Exchange) => void {
  const key = compileTemplate(name, context, "empty");
  const text = typeof value === "string" ? compileTemplate(value, context, "empty") : undefined;
  return (exchange) => {
    const variable = key.fill(exchange);
    const filled = text === undefined ? value : text.fill(exchange);
    exchange.vars.set(variable, filled);
    if (variable === USER_ID) exchange.placeholders.set(variable, textOf(filled));
  };
}

// What is done about answers before the client gets them: each is for the first entry of a list that
// fits it. `reverse_proxy` and `intercept` share the shape; what becomes of an answer is theirs.

import type { Path } from "../../document/index.js";
import type { Context, Glance } from "../../engine/index.js";
import { type Static, Type, WeakString } from "../../schema/index.js";
import type { Exchange } from "./exchange.js";
import { HeaderMap } from "./headers.js";
import { compileResponseMatcher, ResponseMatcher } from "./response-matcher.js";
import { glanceAtRoutes, provisionRoutes, RouteArray, type Routes } from "./routes.js";
import { compileStatus, isStatus } from "./status.js";

/** The shape of `handle_response`. */
export const ResponseHandlerArray = Type.Array(
  Type.Object(
    {
      match: Type.Optional(ResponseMatcher),
      status_code: Type.Optional(WeakString("The status to send in place of the answer's.", 404)),
      routes: Type.Optional(RouteArray("The routes that look at the answer.")),
    },
    { additionalProperties: false },
  ),
  { description: "What is done about answers: the first entry that fits an answer has it." },
);

/** For entries that look at none. */
const NO_FIELDS = new HeaderMap();

type Config = Static<typeof ResponseHandlerArray>;

/** What is done about one kind of answer. */
export interface ResponseHandler {
  /** The status to send in place of the answer's. Throws `HttpError` for what cannot be one. */
  readonly statusOf: ((exchange: Exchange) => number) | undefined;
  readonly routes: Routes;
  readonly hasRoutes: boolean;
}

/** Finds who is to handle an answer; `fields` is called only if some entry looks at fields. */
export type FindHandler = (status: number, fields: () => HeaderMap) => ResponseHandler | undefined;

/** Compile a list that stands at `at` in the module's node. */
export function compileResponseHandlers(config: Config, context: Context, at: Path): FindHandler {
  const readsFields = config.some(({ match }) => match?.headers !== undefined);
  const entries = context.all(
    config.map((entry, i) => () => ({
      fits: entry.match && compileResponseMatcher(entry.match),
      handler: handlerOf(entry, context, at.concat(String(i))),
    })),
  );
  return (status, fields) => {
    const headers = readsFields ? fields() : NO_FIELDS;
    return entries.find(({ fits }) => fits?.(status, headers) ?? true)?.handler;
  };
}

function handlerOf(
  { status_code, routes = [] }: Config[number],
  context: Context,
  at: Path,
): ResponseHandler {
  return {
    statusOf: compileStatus(status_code, context, { at: at.concat("status_code") }),
    routes: provisionRoutes(context, routes, at.concat("routes")),
    hasRoutes: routes.length > 0,
  };
}

/** True when all of a list can be glanced at. */
export function glanceAtResponseHandlers(
  parts: Glance,
  config: Config,
  at: Path,
): true | undefined {
  for (let i = 0; i < config.length; i++) {
    const { status_code, routes = [] } = config[i] as Config[number];
    if (!isStatus(status_code)) return undefined;
    if (!glanceAtRoutes(parts, routes, at.concat(String(i), "routes"))) return undefined;
  }
  return true;
}

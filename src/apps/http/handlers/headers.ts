// `headers`: changes to the fields of the request as later handlers see it, and of the answer.

import { Type } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import {
  canBeWritten,
  compileHeaderOps,
  type HeaderOperations,
  HeaderOps,
  headerOpsFields,
} from "../header-ops.js";
import { defineHandler, type Next } from "../module.js";
import {
  compileResponseMatcher,
  type MatchesResponse,
  ResponseMatcher,
} from "../response-matcher.js";

const ResponseHeaderOps = Type.Object(
  {
    ...headerOpsFields,
    deferred: Type.Optional(
      Type.Boolean({ description: "Change the fields just before they are sent." }),
    ),
    require: Type.Optional(ResponseMatcher),
  },
  {
    additionalProperties: false,
    description: "Changes to the answer's fields; deferred if `require` says which answers.",
  },
);

/** Changes header fields, then passes the request on. */
export const headers = defineHandler({
  name: "headers",
  stateless: true,
  summary: "Changes header fields of the request and of the answer.",
  schema: Type.Object(
    { request: Type.Optional(HeaderOps), response: Type.Optional(ResponseHeaderOps) },
    { additionalProperties: false },
  ),

  glance({ request, response }) {
    if (response?.require !== undefined) return undefined;
    return canBeWritten(request) && canBeWritten(response) ? true : undefined;
  },

  provision({ request, response }, context) {
    const changeRequest = request && compileHeaderOps(request, context, ["request"]);
    const changeResponse = response && compileHeaderOps(response, context, ["response"]);
    const required = response?.require && compileResponseMatcher(response.require);
    const deferred = response?.deferred === true || required !== undefined;

    return {
      handle(exchange, next) {
        if (changeRequest) applyToRequest(changeRequest, exchange);
        if (!changeResponse) return next(exchange);
        if (deferred) return defer(changeResponse, required, exchange, next);
        changeResponse.apply(exchange.response.headers, exchange);
        return next(exchange);
      },
    };
  },
});

function applyToRequest(operations: HeaderOperations, exchange: Exchange): void {
  const { hostport } = exchange;
  const host = operations.applyToRequest(exchange.headers, hostport, exchange);
  if (host !== hostport) exchange.setHost(host);
}

/**
 * Change the answer of the rest of the chain just before its head goes out. If that chain fails,
 * the answer is made by somebody else, and stays as it is.
 */
function defer(
  operations: HeaderOperations,
  required: MatchesResponse | undefined,
  exchange: Exchange,
  next: Next,
): void | Promise<void> {
  let failed = false;
  exchange.response.onHead(({ status, headers }) => {
    if (!failed && (required?.(status, headers) ?? true)) operations.apply(headers, exchange);
  });
  const fail = (error: unknown): never => {
    failed = true;
    throw error;
  };
  try {
    return next(exchange)?.then(undefined, fail);
  } catch (error) {
    return fail(error);
  }
}

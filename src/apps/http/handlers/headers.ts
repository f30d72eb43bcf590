// `headers`: changes to the fields of the request as later handlers see it, and of the answer.

import { Type } from "../../../schema/index.js";
import { beforeHead } from "../before-head.js";
import type { Exchange } from "../exchange.js";
import {
  canBeWritten,
  compileHeaderOps,
  type HeaderOperations,
  HeaderOps,
  headerOpsFields,
} from "../header-ops.js";
import { defineHandler } from "../module.js";
import { compileResponseMatcher, ResponseMatcher } from "../response-matcher.js";

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
        if (!deferred) {
          changeResponse.apply(exchange.response.headers, exchange);
          return next(exchange);
        }
        return beforeHead(exchange, next, ({ status, headers }) => {
          if (required?.(status, headers) ?? true) changeResponse.apply(headers, exchange);
        });
      },
    };
  },
});

function applyToRequest(operations: HeaderOperations, exchange: Exchange): void {
  const { hostport } = exchange;
  const host = operations.applyToRequest(exchange.headers, hostport, exchange);
  if (host !== hostport) exchange.setHost(host);
}

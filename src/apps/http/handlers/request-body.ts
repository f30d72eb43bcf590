// `request_body`: how much of a request's body handlers may read, or what they read in its place. It
// reads nothing itself: a body that no handler wants is nobody's business, however long it is.

import { Type } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import { defineHandler } from "../module.js";
import { bytesOf } from "../percent.js";
import { compileTemplate } from "../placeholders.js";
import type { Compiling } from "../replacement.js";

/** Limits or replaces the body, then passes the request on. */
export const requestBody = defineHandler({
  name: "request_body",
  stateless: true,
  summary: "Limits the size of a request's body, or replaces it.",
  schema: Type.Object(
    {
      max_size: Type.Optional(
        Type.Integer({
          description:
            "How many bytes handlers may read of it. One that is longer is refused with 413, " +
            "before it is sent if it tells its length. Default: 0, which is no limit.",
        }),
      ),
      set: Type.Optional(
        Type.String({ description: "What handlers read in its place; placeholders are filled." }),
      ),
    },
    { additionalProperties: false },
  ),

  glance: () => true,
  provision({ max_size = 0, set = "" }, context) {
    const replacement = set === "" ? undefined : compileBody(set, context);
    return {
      handle(exchange, next) {
        if (replacement !== undefined) exchange.replaceBody(replacement(exchange));
        if (max_size > 0) exchange.limitBody(max_size);
        return next(exchange);
      },
    };
  },
});

function compileBody(text: string, context: Compiling): (exchange: Exchange) => Buffer {
  const { constant, fill } = compileTemplate(text, context, "empty");
  if (constant === undefined) return (exchange) => bytesOf(fill(exchange));
  const bytes = bytesOf(constant);
  return () => bytes;
}

// `error`: fails the request on purpose, so that the error routes answer it.

import { Type, WeakString } from "../../../schema/index.js";
import { HttpError } from "../exchange.js";
import { defineHandler } from "../module.js";
import { compileTemplate } from "../placeholders.js";
import { compileStatus } from "../status.js";

/** Fails with a status and a message. */
export const error = defineHandler({
  name: "error",
  stateless: true,
  summary: "Fails the request, so that the error routes answer it.",
  schema: Type.Object(
    {
      error: Type.Optional(Type.String({ description: "The message, `{http.error.message}`." })),
      status_code: Type.Optional(WeakString("The status to answer with; 500 unless given.", 404)),
    },
    { additionalProperties: false },
  ),

  glance: ({ status_code }) => status_code === undefined || undefined,
  provision(config, context) {
    const status = compileStatus(config.status_code, context, { at: ["status_code"] });
    const message = compileTemplate(config.error ?? "", context, "keep");
    return {
      handle(exchange) {
        throw new HttpError(status?.(exchange) ?? 500, message.fill(exchange));
      },
    };
  },
});

// `copy_response`: gives the client the upstream's answer that `handle_response` routes look at.

import { Type, WeakString } from "../../../schema/index.js";
import { HttpError } from "../exchange.js";
import { defineHandler } from "../module.js";
import { compileStatus, isStatus } from "../status.js";

/** Answers with the upstream's answer. */
export const copyResponse = defineHandler({
  name: "copy_response",
  stateless: true,
  summary: "Answers with the upstream's answer, in the `handle_response` routes of a proxy.",
  schema: Type.Object(
    {
      status_code: Type.Optional(
        WeakString("The status to send. Default: that of the upstream's answer.", 200),
      ),
    },
    { additionalProperties: false },
  ),
  glance: ({ status_code }) => isStatus(status_code) || undefined,
  provision({ status_code }, context) {
    const statusOf = compileStatus(status_code, context, { at: ["status_code"] });
    return {
      handle(exchange) {
        const { upstreamAnswer } = exchange;
        if (upstreamAnswer === undefined) throw misplaced("copy_response");
        return upstreamAnswer.copy(statusOf?.(exchange));
      },
    };
  },
});

/** The error of a handler that is asked where there is no answer to copy from. */
export function misplaced(handler: string): HttpError {
  return new HttpError(500, `${handler} works in the handle_response routes of a proxy only`);
}

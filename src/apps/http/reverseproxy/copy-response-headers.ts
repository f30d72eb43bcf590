// `copy_response_headers`: puts fields of the upstream's answer on another one, in the routes that
// look at it. Those that say how the upstream's message ends, or are for its connection, stay behind.

import { Type } from "../../../schema/index.js";
import type { HeaderMap } from "../headers.js";
import { defineHandler, type Handler } from "../module.js";
import { misplaced } from "./copy-response.js";

/** Copies fields, then passes the request on. */
export const copyResponseHeaders = defineHandler({
  name: "copy_response_headers",
  stateless: true,
  summary: "Copies fields of the upstream's answer, in the `handle_response` routes of a proxy.",
  schema: Type.Object(
    {
      include: Type.Optional(
        Type.Array(Type.String(), {
          description: "The fields to copy. Default: all.",
          examples: [["Set-Cookie"]],
        }),
      ),
      exclude: Type.Optional(
        Type.Array(Type.String(), {
          description: "The fields not to copy; not together with `include`.",
          examples: [[]],
        }),
      ),
    },
    { additionalProperties: false },
  ),
  glance: ({ include = [], exclude = [] }) =>
    include.length === 0 || exclude.length === 0 || undefined,
  provision({ include = [], exclude = [] }, context) {
    if (include.length > 0 && exclude.length > 0) {
      context.fail(["exclude"], "there is `include` as well", "write one of them");
    }
    return copying(new Set([...include, ...exclude].map(lower)), include.length > 0);
  },
});

/** `wanted`: whether the fields that are named are those to copy, or the others. */
function copying(named: ReadonlySet<string>, wanted: boolean): Handler {
  return {
    handle(exchange, next) {
      const { upstreamAnswer, response } = exchange;
      if (upstreamAnswer === undefined) throw misplaced("copy_response_headers");
      copyFields(upstreamAnswer.fields, response.headers, (name) => named.has(name) === wanted);
      return next(exchange);
    },
  };
}

function copyFields(
  fields: readonly string[],
  headers: HeaderMap,
  isMeant: (lowerCaseName: string) => boolean,
): void {
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    if (isMeant(lower(name))) headers.add(name, fields[i + 1] as string);
  }
}

function lower(name: string): string {
  return name.toLowerCase();
}

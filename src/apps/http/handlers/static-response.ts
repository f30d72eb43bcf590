// `static_response`: an answer that is written in the config. What does not depend on the request
// is made once, when the config is loaded.

import { Type, WeakString } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import { areNames, type CompiledField, compileField, FieldMap } from "../header-ops.js";
import { defineHandler, type Handler, type Next } from "../module.js";
import { compileTemplate } from "../placeholders.js";
import type { Compiling } from "../replacement.js";
import { type Body, bodyOf, lastingBody, type ResponseWriter } from "../response.js";
import { compileStatus, EARLY_HINTS, isStatus } from "../status.js";

/** A body with the type it has unless a header says otherwise. */
interface Content extends Body {
  readonly type: string;
}

/** Answers with a status, header fields and a body from the config. */
export const staticResponse = defineHandler({
  name: "static_response",
  stateless: true,
  summary: "Answers with a status, header fields and a body written in the config.",
  schema: Type.Object(
    {
      status_code: Type.Optional(
        WeakString("The status: 200 unless given, or that of the error inside error routes.", 200),
      ),
      headers: Type.Optional(FieldMap("Fields to set on the answer.")),
      body: Type.Optional(
        Type.String({
          description:
            "The body. It is sent as application/json if it is JSON, else as text/plain, " +
            "unless Content-Type is set.",
        }),
      ),
      close: Type.Optional(Type.Boolean({ description: "Close the connection after the answer." })),
      abort: Type.Optional(
        Type.Boolean({ description: "Close the connection at once, without an answer." }),
      ),
    },
    { additionalProperties: false },
  ),

  glance: ({ status_code, headers }) =>
    isStatus(status_code, true) && areNames(headers ?? {}) ? true : undefined,

  provision({ status_code, headers, body, close, abort }, context) {
    if (abort) return { handle: ({ response }) => void response.raw.destroy() };
    const use = { at: ["status_code"], hints: true };
    return answering({
      statusOf: compileStatus(status_code, context, use) ?? statusOfError,
      contentOf: compileContent(body ?? "", context),
      fields: Object.entries(headers ?? {}).map(([name, values]) =>
        compileField(name, values, context, "empty", ["headers"]),
      ),
      close: close === true,
    });
  },
});

/** An answer, compiled. */
interface Answer {
  readonly statusOf: (exchange: Exchange) => number;
  readonly contentOf: (exchange: Exchange) => Content;
  readonly fields: readonly CompiledField[];
  readonly close: boolean;
}

function answering({ statusOf, contentOf, fields, close }: Answer): Handler {
  return {
    handle(exchange, next) {
      const { response } = exchange;
      if (close) response.headers.set("Connection", "close");
      for (const field of fields) {
        const name = field.name(exchange);
        if (name !== undefined) response.headers.set(name, field.values(exchange));
      }
      const content = contentOf(exchange);
      if (content.length > 0 && !response.headers.get("Content-Type")) {
        response.headers.set("Content-Type", content.type);
      }
      const status = statusOf(exchange);
      if (status === EARLY_HINTS) return sendEarlyHints(exchange, next);
      response.send(status, content);
    },
  };
}

function statusOfError({ error }: Exchange): number {
  return error !== undefined && error.status > 0 ? error.status : 200;
}

function compileContent(text: string, context: Compiling): (exchange: Exchange) => Content {
  const { constant, fill } = compileTemplate(text, context, "keep");
  if (constant === undefined) return (exchange) => contentOf(fill(exchange), bodyOf);
  const content = contentOf(constant, lastingBody);
  return () => content;
}

function contentOf(text: string, make: (text: string) => Body): Content {
  const type = isJson(text) ? "application/json" : "text/plain; charset=utf-8";
  return { ...make(text), type };
}

/** Whether a text is a JSON object or array. Empty ones may be anything. */
function isJson(text: string): boolean {
  const content = text.trim();
  const ends = `${content[0]}${content.at(-1)}`;
  if (content.length <= 2 || (ends !== "{}" && ends !== "[]")) return false;
  try {
    JSON.parse(content);
    return true;
  } catch {
    return false;
  }
}

/** Send the fields so far ahead of the answer, which the rest of the chain makes. */
function sendEarlyHints(exchange: Exchange, next: Next): void | Promise<void> {
  const { response } = exchange;
  if (exchange.request.httpVersionMajor > 1 || exchange.request.httpVersion === "1.1") {
    writeHints(response);
  }
  return next(exchange);
}

/** Node sends hints only if they hold links, and throws at a link that it cannot read. */
function writeHints({ headers, raw }: ResponseWriter): void {
  const hints: Record<string, string | string[]> = Object.create(null);
  for (const [name, values] of headers.entries()) hints[name.toLowerCase()] = [...values];
  try {
    raw.writeEarlyHints(hints);
  } catch {
    // A hint is a courtesy: the answer itself follows, with the same fields.
  }
}

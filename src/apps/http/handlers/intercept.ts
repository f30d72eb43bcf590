// `intercept`: looks at the answers of the handlers behind it before the client gets them. Where only
// the status changes, an answer passes through. Where routes look at it, it waits, and is sent after
// all, with what they made of its fields, if they send no body of their own.

import { Type } from "../../../schema/index.js";
import { type Exchange, HttpError, type Provider } from "../exchange.js";
import { HeaderMap } from "../headers.js";
import { defineHandler, type Next } from "../module.js";
import { fieldText } from "../placeholders/answer.js";
import { mayHaveBody, type ResponseWriter } from "../response.js";
import {
  compileResponseHandlers,
  type FindHandler,
  glanceAtResponseHandlers,
  ResponseHandlerArray,
} from "../response-handlers.js";
import type { Routes } from "../routes.js";
import type { Withheld } from "../withheld.js";

/** Gives answers another status, or to routes. */
export const intercept = defineHandler({
  name: "intercept",
  stateless: true,
  summary: "Looks at the answers of the handlers behind it before the client gets them.",
  schema: Type.Object(
    { handle_response: Type.Optional(ResponseHandlerArray) },
    { additionalProperties: false },
  ),
  glance: ({ handle_response: list = [] }, parts) =>
    glanceAtResponseHandlers(parts, list, ["handle_response"]),
  provision({ handle_response: list = [] }, context) {
    const find = compileResponseHandlers(list, context, ["handle_response"]);
    return { handle: (exchange, next) => new Interception(exchange, find).run(next) };
  },
});

const PREFIX = "http.intercept.";
const nowhere: Next = () => {};

/** One answer that may be looked at. */
class Interception {
  #withheld: Withheld | undefined;
  #routes: Routes | undefined;
  /** There is no answer of the handlers behind this one any more that it could be about. */
  #isOver = false;
  /** What those handlers threw. */
  #failure: { readonly thrown: unknown } | undefined;
  #onFilled: () => void = () => {};

  constructor(
    readonly exchange: Exchange,
    readonly find: FindHandler,
  ) {}

  run(next: Next): void | Promise<void> {
    this.exchange.response.onHead((response) => this.#look(response));
    const running = this.#begin(next);
    if (running !== undefined) return this.#follow(running);
    this.#isOver = true;
    return this.#finish(undefined);
  }

  #begin(next: Next): void | Promise<void> {
    try {
      return next(this.exchange);
    } catch (thrown) {
      this.#failure = { thrown };
    }
  }

  #look(response: ResponseWriter): void {
    const { status } = response;
    // A switch of protocols is no answer.
    if (this.#isOver || status < 200) return;
    this.#isOver = true;
    const handler = this.find(status, () => response.headers);
    if (handler?.hasRoutes) {
      this.#routes = handler.routes;
      this.#withheld = response.withhold(() => this.#onFilled());
    } else if (handler?.statusOf !== undefined) {
      response.status = handler.statusOf(this.exchange);
      // It may be the length of a body that the status of before left out.
      if (!mayHaveBody(status)) response.headers.delete("content-length");
    }
  }

  async #follow(running: Promise<void>): Promise<void> {
    const filled = new Promise<void>((resolve) => {
      this.#onFilled = resolve;
      if (this.#withheld?.isFilled) resolve();
    });
    const ended = running.then(
      () => {
        this.#isOver = true;
      },
      (thrown: unknown) => {
        this.#isOver = true;
        this.#failure = { thrown };
      },
    );
    await Promise.race([ended, filled]);
    await this.#finish(ended);
  }

  /** `ended`: when the handlers behind this one have ended, unless they have. */
  #finish(ended: Promise<void> | undefined): void | Promise<void> {
    const withheld = this.#withheld;
    if (withheld !== undefined) this.exchange.response.layAside(withheld);
    if (this.#failure !== undefined) throw this.#failure.thrown;
    if (withheld?.brokenOff) throw new HttpError(502, "the answer broke off while it was kept");
    return withheld && this.#decide(withheld, ended);
  }

  /** Let the routes look. The answer is sent unless they send one that has a body. */
  async #decide(withheld: Withheld, ended: Promise<void> | undefined): Promise<void> {
    const { exchange } = this;
    const { response } = exchange;
    exchange.provide(factsOf(withheld, response.headers));
    const empty = await this.#show(response);
    if (response.headSent || response.ended) {
      // The rest of the other answer has nowhere to go: that it breaks off is no failure.
      await ended;
      return;
    }
    response.restore(withheld, empty?.status ?? withheld.status);
    await ended;
    if (this.#failure !== undefined) throw this.#failure.thrown;
  }

  /** Run the routes. Of an answer without a body only the status counts. */
  async #show(response: ResponseWriter): Promise<Withheld | undefined> {
    let isOver = false;
    let empty: Withheld | undefined;
    response.onHead(({ headers, length, status }) => {
      if (isOver) return;
      // A proxy adds its fields to those that are there, but there is one type of one body.
      headers.set("Content-Type", headers.values("Content-Type").slice(-1));
      if (length === 0 && mayHaveBody(status)) empty = response.withhold(() => {});
    });
    try {
      await this.#routes?.run(this.exchange, nowhere);
    } finally {
      isOver = true;
      if (empty !== undefined) response.layAside(empty);
    }
    return empty;
  }
}

/** What `{http.intercept.*}` tells of an answer, as it was before routes looked at it. */
function factsOf({ status }: Withheld, headers: HeaderMap): Provider {
  const fields = HeaderMap.fromRaw(headers.toRaw());
  return (name, before) => {
    if (!name.startsWith(PREFIX)) return before(name);
    const rest = name.slice(PREFIX.length);
    if (rest === "status_code") return String(status);
    if (!rest.startsWith("header.")) return undefined;
    const field = rest.slice("header.".length);
    return fields.has(field) ? fieldText(fields, field) : undefined;
  };
}

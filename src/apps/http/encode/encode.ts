// The `encode` handler: compresses the answers of those after it, in a way that the client takes. Which
// answers, and how, is decided when their head is known; the work itself is an encoder's.

import type { Json, JsonObject } from "../../../document/index.js";
import type { Context } from "../../../engine/index.js";
import { ModuleMap, type Static, Type } from "../../../schema/index.js";
import { beforeHead } from "../before-head.js";
import { acceptedCodings, varyByEncoding } from "../content-codings.js";
import type { Exchange } from "../exchange.js";
import type { HeaderMap } from "../headers.js";
import { defineHandler, type Handler, type Next } from "../module.js";
import { type BodyFilter, mayHaveBody, type ResponseWriter } from "../response.js";
import {
  compileResponseMatcher,
  type MatchesResponse,
  ResponseMatcher,
} from "../response-matcher.js";
import { ENCODERS, type Encoder } from "./encoder.js";
import { markRenewed, markTag, unmarkTags } from "./entity-tags.js";
import { USUAL_ANSWERS } from "./usual-answers.js";

/** Below this size hardly anything is saved (bytes); as in Caddy. */
const USUAL_MINIMUM = 512;
/** In which order codings are liked here if nothing else is said. */
const USUAL_ORDER: readonly string[] = ["zstd", "br", "gzip"];

const schema = Type.Object(
  {
    encodings: Type.Optional(ModuleMap(ENCODERS, "The encoders to choose from, by name.")),
    prefer: Type.Optional(
      Type.Array(Type.String(), {
        description: "Which to take if the client likes several equally well, the best first.",
        examples: [[]],
      }),
    ),
    minimum_length: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: "Answers that are known to be no longer are left as they are. Default: 512.",
      }),
    ),
    match: Type.Optional(ResponseMatcher),
  },
  { additionalProperties: false },
);

type Config = Static<typeof schema>;

/** Compresses answers. */
export const encode = defineHandler({
  name: "encode",
  stateless: true,
  summary: "Compresses answers for clients that take them compressed.",
  schema,

  glance({ encodings = {}, prefer = [] }, parts) {
    if (prefer.some((_, i) => faultOf(prefer, i, encodings) !== undefined)) return undefined;
    const isPlain = ([name, node]: [string, Json]) =>
      parts.named(ENCODERS, name, node, ["encodings", name]) !== undefined;
    return Object.entries(encodings).every(isPlain) || undefined;
  },

  provision: (config, context) => new Encode(config, context),
});

/** What is wrong with an entry of `prefer`. */
function faultOf(prefer: readonly string[], i: number, encodings: JsonObject): string | undefined {
  const name = prefer[i] as string;
  if (!Object.hasOwn(encodings, name)) return `"${name}" is not among the encodings`;
  return prefer.indexOf(name) < i ? `"${name}" is named twice` : undefined;
}

function encodersOf({ encodings = {}, prefer = [] }: Config, context: Context): Encoder[] {
  context.all<void>(
    prefer.map((_, i) => () => {
      const fault = faultOf(prefer, i, encodings);
      if (fault !== undefined) context.fail(["prefer", String(i)], fault);
    }),
  );
  return context.all(
    Object.entries(encodings).map(
      ([name, node]) =>
        () =>
          context.named<Encoder>(ENCODERS, name, node, ["encodings", name]),
    ),
  );
}

/** An encoder that this Node has. */
interface Offered {
  readonly coding: string;
  readonly filter: BodyFilter;
}

class Encode implements Handler {
  readonly #offered: readonly Offered[];
  readonly #codings: readonly string[];
  readonly #order: readonly string[];
  readonly #minimum: number;
  readonly #isMeant: MatchesResponse;

  constructor(config: Config, context: Context) {
    this.#offered = encodersOf(config, context).flatMap(({ coding, filter }) =>
      filter === undefined ? [] : [{ coding, filter }],
    );
    this.#codings = this.#offered.map(({ coding }) => coding);
    this.#order = config.prefer?.length ? config.prefer : USUAL_ORDER;
    this.#minimum = config.minimum_length || USUAL_MINIMUM;
    this.#isMeant = compileResponseMatcher(config.match ?? USUAL_ANSWERS);
  }

  handle(exchange: Exchange, next: Next): void | Promise<void> {
    if (this.#offered.length === 0) return next(exchange);
    const { headers, method } = exchange;
    const chosen = this.#choose(headers);
    if (chosen !== undefined) unmarkTags(headers, method, chosen.coding);
    return beforeHead(exchange, next, (response) => this.#encode(exchange, response, chosen));
  }

  /** The encoder that the client likes best, if it likes any. */
  #choose(headers: HeaderMap): Offered | undefined {
    // What looks like the beginning of a WebSocket is none of ours, whatever the answer.
    if (headers.has("sec-websocket-key") || forbidsChange(headers)) return undefined;
    const accepted = headers.values("accept-encoding").join(",");
    const [best] = acceptedCodings(accepted, { offered: this.#codings, order: this.#order });
    return this.#offered.find(({ coding }) => coding === best);
  }

  #encode(
    { headers: asked, server, spot }: Exchange,
    response: ResponseWriter,
    chosen: Offered | undefined,
  ): void {
    const { status, headers } = response;
    if (status === 304) {
      varyByEncoding(headers);
      if (chosen !== undefined) markRenewed(headers, asked, chosen.coding);
    }
    if (!this.#mayEncode(response)) return;
    // Said to those as well who take it as it is: what a cache has of them is not for all.
    varyByEncoding(headers);
    if (chosen === undefined) return;
    const { coding, filter } = chosen;
    headers.set("Content-Encoding", coding);
    headers.delete("accept-ranges");
    markTag(headers, coding);
    response.filterBody(filter, (error) => {
      server.log.error("breaking off: the answer could not be compressed", {
        ...spot?.facts,
        error: String(error),
      });
    });
  }

  #mayEncode({ status, headers, length }: ResponseWriter): boolean {
    // A part of something is a part of its bytes as they are.
    if (!mayHaveBody(status) || status === 206) return false;
    if (headers.get("content-encoding") || forbidsChange(headers)) return false;
    if (length !== undefined && length <= this.#minimum) return false;
    return this.#isMeant(status, headers);
  }
}

/** Whether whoever sends these fields wants the content to arrive as it is (RFC 9111, 5.2). */
function forbidsChange(headers: HeaderMap): boolean {
  return headers.values("cache-control").some((value) => /\bno-transform\b/i.test(value));
}

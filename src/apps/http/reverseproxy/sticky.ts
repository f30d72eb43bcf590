// Selection policies that send alike requests to the same upstream: by hashing something in the
// request, or by a cookie. The hash weighs the request with each upstream and takes the heaviest
// (rendezvous hashing), so an upstream that comes or goes moves only the requests that were its
// own.

import { createHmac, timingSafeEqual } from "node:crypto";
import type { JsonObject } from "../../../document/index.js";
import { type Context, defineModule } from "../../../engine/index.js";
import { Duration, durationMs, InlineModule, Type } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import { isToken } from "../field-text.js";
import { definePolicy, randomly, SELECTION_POLICIES, type Selector } from "./selection.js";
import type { Candidate } from "./upstream.js";

const closed = { additionalProperties: false } as const;

const Fallback = Type.Optional(
  InlineModule(SELECTION_POLICIES, "policy", "How to choose without it. Default: random."),
);

/** The upstream that this text belongs to. */
function byHash<C extends Candidate>(pool: readonly C[], text: string): C | undefined {
  let best: C | undefined;
  let heaviest = -1;
  for (const candidate of pool) {
    if (!candidate.available) continue;
    const weight = hash(candidate.dial, text);
    if (weight <= heaviest) continue;
    heaviest = weight;
    best = candidate;
  }
  return best;
}

/** 32 bits of FNV-1a over both texts, stirred so that every bit depends on all of them. */
function hash(dial: string, text: string): number {
  let bits = 0x811c9dc5;
  for (let i = 0; i < dial.length; i++) bits = Math.imul(bits ^ dial.charCodeAt(i), 0x01000193);
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** `ip_hash` */
export const ipHash = definePolicy("ip_hash", "By the address of the peer.", () => ({
  select: (pool, exchange) => byHash(pool, exchange.remoteIp),
}));

/** `client_ip_hash` */
export const clientIpHash = definePolicy(
  "client_ip_hash",
  "By the address of the client, behind proxies that the server trusts.",
  () => ({ select: (pool, exchange) => byHash(pool, exchange.clientIp) }),
);

/** `uri_hash` */
export const uriHash = definePolicy(
  "uri_hash",
  "By path and query, as the client sent them.",
  () => ({
    select: (pool, { request }) => byHash(pool, request.url ?? ""),
  }),
);

const querySchema = Type.Object(
  {
    key: Type.String({ minLength: 1, description: "The name of the query parameter." }),
    fallback: Fallback,
  },
  closed,
);

/** `query` */
export const query = defineModule<typeof querySchema, Selector>({
  id: `${SELECTION_POLICIES}.query`,
  summary: "By a parameter of the query.",
  schema: querySchema,
  provision({ key, fallback }, context) {
    return hashing(fallbackOf(fallback, context), ({ query }) => query.get(key)?.join(",") ?? "");
  },
});

const headerSchema = Type.Object(
  {
    field: Type.String({ minLength: 1, description: "The name of the header field." }),
    fallback: Fallback,
  },
  closed,
);

/** `header` */
export const header = defineModule<typeof headerSchema, Selector>({
  id: `${SELECTION_POLICIES}.header`,
  summary: "By a header field of the request.",
  schema: headerSchema,
  provision({ field, fallback }, context) {
    const isHost = field.toLowerCase() === "host";
    return hashing(fallbackOf(fallback, context), ({ hostport, headers }) =>
      isHost ? hostport : (headers.get(field) ?? ""),
    );
  },
});

function fallbackOf(node: JsonObject | undefined, context: Context): Selector {
  if (node === undefined) return randomly;
  return context.inline<Selector>(SELECTION_POLICIES, "policy", node, ["fallback"]);
}

/** By the hash of a text, where there is one. */
function hashing(fallback: Selector, textOf: (exchange: Exchange) => string): Selector {
  return {
    select(pool, exchange) {
      const text = textOf(exchange);
      return text === "" ? fallback.select(pool, exchange) : byHash(pool, text);
    },
  };
}

const cookieSchema = Type.Object(
  {
    name: Type.Optional(Type.String({ description: "The cookie's name. Default: lb." })),
    secret: Type.Optional(
      Type.String({ description: "Keys the hash that hides the address in the cookie." }),
    ),
    max_age: Type.Optional(Duration("How long the cookie lives. Default: the browser's session.")),
    fallback: Fallback,
  },
  closed,
);

/** `cookie` */
export const cookie = defineModule<typeof cookieSchema, Selector>({
  id: `${SELECTION_POLICIES}.cookie`,
  summary: "By a cookie, which is set at the first request.",
  schema: cookieSchema,
  provision(config, context) {
    const name = config.name || "lb";
    if (!isToken(name)) context.fail(["name"], `"${name}" cannot be the name of a cookie`);
    const mark = marker(config.secret ?? "");
    const fallback = fallbackOf(config.fallback, context);
    const maxAge = Math.floor(durationMs(config.max_age, 0) / 1000);
    const age = maxAge > 0 ? `; Max-Age=${maxAge}` : "";
    return {
      select(pool, exchange) {
        const value = cookieOf(exchange, name);
        const known = value && pool.find((each) => each.available && same(mark(each.dial), value));
        if (known) return known;
        const chosen = fallback.select(pool, exchange);
        if (chosen) setCookie(exchange, name, `${mark(chosen.dial)}; Path=/${age}`);
        return chosen;
      },
    };
  },
});

/** What a cookie says instead of an address. Addresses are few: each is hashed once. */
function marker(secret: string): (dial: string) => string {
  const marks = new Map<string, string>();
  return (dial) => {
    const known = marks.get(dial);
    if (known !== undefined) return known;
    const made = createHmac("sha256", secret).update(dial).digest("hex");
    marks.set(dial, made);
    return made;
  };
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function cookieOf({ headers }: Exchange, name: string): string | undefined {
  for (const line of headers.values("cookie")) {
    for (const pair of line.split(";")) {
      const equals = pair.indexOf("=");
      if (equals > 0 && pair.slice(0, equals).trim() === name) {
        return pair
          .slice(equals + 1)
          .trim()
          .replace(/^"(.*)"$/, "$1");
      }
    }
  }
  return undefined;
}

/** A cross-site cookie needs a secure connection; elsewhere it is the site's own. */
function setCookie({ response, isTls }: Exchange, name: string, value: string): void {
  const { headers } = response;
  const site = isTls ? "Secure; SameSite=None" : "SameSite=Lax";
  // A retry chooses again, and the last choice is the one to remember.
  const others = headers.values("set-cookie").filter((each) => !each.startsWith(`${name}=`));
  headers.set("Set-Cookie", [...others, `${name}=${value}; HttpOnly; ${site}`]);
}

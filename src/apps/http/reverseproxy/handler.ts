// The handler `reverse_proxy`: its shape in the document, and how a proxy is made of it.

import type { Path } from "../../../document/index.js";
import type { Context, Glance } from "../../../engine/index.js";
import { Duration, durationMs, InlineModule, type Static, Type } from "../../../schema/index.js";
import { createIpSet, type IpSet, parseRange } from "../cidr.js";
import type { Exchange } from "../exchange.js";
import { canRewrite, compileRewrite, RewriteConfig } from "../handlers/rewrite.js";
import { canBeWritten, compileHeaderOps, HeaderOps, headerOpsFields } from "../header-ops.js";
import { compileMatcherSets } from "../matchers/set.js";
import { defineHandler } from "../module.js";
import {
  compileResponseHandlers,
  glanceAtResponseHandlers,
  ResponseHandlerArray,
} from "../response-handlers.js";
import { compileResponseMatcher, ResponseMatcher } from "../response-matcher.js";
import { isFixedDial } from "./address.js";
import { createHttpTransport } from "./http-transport.js";
import { PassiveConfig, PassiveHealth } from "./passive-health.js";
import { type ProxyParts, ReverseProxy } from "./proxy.js";
import type { FieldRules } from "./response-head.js";
import { LoadBalancingConfig, retryPolicy } from "./retry.js";
import { randomly, SELECTION_POLICIES, type Selector } from "./selection.js";
import type { Transport } from "./transport.js";
import { Tunnels } from "./tunnels.js";
import { Upstream } from "./upstream.js";
import { UPSTREAMS } from "./upstream-state.js";

const closed = { additionalProperties: false } as const;
const TRANSPORTS = "http.reverse_proxy.transport";
/** Where the modules stand that a proxy names. */
const TRANSPORT: Path = ["transport"];
const RESPONSES: Path = ["handle_response"];
const POLICY: Path = ["load_balancing", "selection_policy"];

const UpstreamConfig = Type.Object(
  {
    dial: Type.String({
      minLength: 1,
      description:
        "Where it is: localhost:8080, [::1]:80, unix//run/app.sock. May hold placeholders.",
      examples: ["127.0.0.1:8080"],
    }),
    max_requests: Type.Optional(
      Type.Integer({ minimum: 0, description: "Most requests at once. Default: no limit." }),
    ),
  },
  closed,
);

const HeadersConfig = Type.Object(
  {
    request: Type.Optional(HeaderOps),
    response: Type.Optional(
      Type.Object(
        { ...headerOpsFields, require: Type.Optional(ResponseMatcher) },
        { ...closed, description: "Changes to answers, or to those that `require` names." },
      ),
    ),
  },
  { ...closed, description: "Changes to header fields on their way to and from upstreams." },
);

const schema = Type.Object(
  {
    upstreams: Type.Optional(
      Type.Array(UpstreamConfig, { description: "Where requests go; the policy chooses one." }),
    ),
    transport: Type.Optional(
      InlineModule(TRANSPORTS, "protocol", "How upstreams are reached. Default: HTTP/1.1."),
    ),
    load_balancing: Type.Optional(LoadBalancingConfig),
    health_checks: Type.Optional(
      Type.Object(
        { passive: Type.Optional(PassiveConfig) },
        { ...closed, description: "How to tell which upstreams work." },
      ),
    ),
    headers: Type.Optional(HeadersConfig),
    handle_response: Type.Optional(ResponseHandlerArray),
    rewrite: Type.Optional(RewriteConfig),
    flush_interval: Type.Optional(
      Duration("Accepted from Caddy's configs. Every answer is passed on as it arrives."),
    ),
    trusted_proxies: Type.Optional(
      Type.Array(Type.String(), {
        description: "Peers whose X-Forwarded-* fields are believed: addresses and CIDR ranges.",
        examples: [["10.0.0.0/8"]],
      }),
    ),
    request_buffers: Type.Optional(
      Type.Integer({ minimum: 0, description: "How much of a body to gather first (bytes)." }),
    ),
    response_buffers: Type.Optional(
      Type.Integer({ minimum: 0, description: "How much of an answer to gather first (bytes)." }),
    ),
    stream_timeout: Type.Optional(
      Duration("How long an upgraded connection may last. Default: no limit."),
    ),
    stream_buffer_size: Type.Optional(
      Type.Integer({
        description: "Accepted from Caddy's configs. Buffers are as large as it takes.",
      }),
    ),
    stream_close_delay: Type.Optional(
      Duration("How long upgraded connections outlive this proxy's config. Default: not at all."),
    ),
  },
  closed,
);

type Config = Static<typeof schema>;

/** Passes requests on to upstreams, and their answers back. */
export const reverseProxy = defineHandler({
  name: "reverse_proxy",
  summary: "Passes requests on to upstreams, and their answers back.",
  schema,
  glance: glanceAt,
  provision: (config, context) => new ReverseProxy(partsOf(config, context), context),
});

/** Most proxies name fixed addresses and little else, and of ten thousand sites most sleep. */
function glanceAt(config: Config, parts: Glance): true | undefined {
  const { upstreams = [], transport, load_balancing: balancing = {}, headers = {} } = config;
  const { selection_policy: policy, retry_match } = balancing;
  if (config.trusted_proxies ?? retry_match) return undefined;
  if (!canRewrite(config.rewrite ?? {})) return undefined;
  if (!canBeWritten(headers.request) || !canBeWritten(headers.response)) return undefined;
  if (transport && !parts.inline(TRANSPORTS, "protocol", transport, TRANSPORT)) return undefined;
  if (policy && !parts.inline(SELECTION_POLICIES, "policy", policy, POLICY)) return undefined;
  if (!glanceAtResponseHandlers(parts, config.handle_response ?? [], RESPONSES)) return undefined;
  if (!upstreams.every(({ dial }) => isFixedDial(dial))) return undefined;
  for (const { dial } of upstreams) parts.keep(UPSTREAMS, dial);
  return true;
}

function partsOf(config: Config, context: Context): ProxyParts {
  const balancing = config.load_balancing ?? {};
  const health = new PassiveHealth(config.health_checks?.passive, context.clock);
  const { request, response } = config.headers ?? {};
  const { handle_response: responses } = config;
  return {
    upstreams: upstreamsOf(config, health, context),
    selector: selectorOf(balancing, context),
    retry: retryPolicy(balancing, retryMatch(balancing, context)),
    transport: transportOf(config, context),
    health,
    tunnels: new Tunnels(context.clock, durationMs(config.stream_timeout, 0)),
    trustedProxies: trustedProxies(config, context),
    rewrite: rewriteOf(config, context),
    requestRules: request && compileHeaderOps(request, context, ["headers", "request"]),
    responses: responses && compileResponseHandlers(responses, context, RESPONSES),
    responseRules: response && responseRules(response, context),
    requestBuffers: config.request_buffers ?? 0,
    responseBuffers: config.response_buffers ?? 0,
    streamCloseMs: durationMs(config.stream_close_delay, 0),
  };
}

function upstreamsOf(config: Config, health: PassiveHealth, context: Context): Upstream[] {
  const most = config.health_checks?.passive?.unhealthy_request_count ?? 0;
  const tasks = (config.upstreams ?? []).map(({ dial, max_requests }, i) => () => {
    try {
      return new Upstream(dial, max_requests || most, health, context);
    } catch (error) {
      return context.fail(["upstreams", String(i), "dial"], (error as Error).message);
    }
  });
  return context.all(tasks);
}

function selectorOf(
  { selection_policy: node }: NonNullable<Config["load_balancing"]>,
  context: Context,
): Selector {
  if (node === undefined) return randomly;
  return context.inline<Selector>(SELECTION_POLICIES, "policy", node, POLICY);
}

function retryMatch(
  { retry_match: sets }: NonNullable<Config["load_balancing"]>,
  context: Context,
): ((exchange: Exchange) => boolean) | undefined {
  if (sets === undefined) return undefined;
  return compileMatcherSets(context, sets, ["load_balancing", "retry_match"]).match;
}

function transportOf({ transport }: Config, context: Context): Transport {
  if (transport === undefined) return createHttpTransport({}, context);
  return context.inline<Transport>(TRANSPORTS, "protocol", transport, TRANSPORT);
}

function rewriteOf({ rewrite }: Config, context: Context): ProxyParts["rewrite"] {
  if (rewrite === undefined) return undefined;
  const { method, ...others } = rewrite;
  // Last, so that a URI can still tell the method of before, as in Caddy.
  const changes = [others, method ? { method } : {}].map((part) =>
    compileRewrite(part, context, ["rewrite"]),
  );
  return {
    change: (exchange) => {
      for (const change of changes) change(exchange);
    },
    dropsBody: method === "GET" || method === "HEAD",
  };
}

function trustedProxies({ trusted_proxies: texts = [] }: Config, context: Context): IpSet {
  return createIpSet(
    texts.map((text, i) => {
      const at = ["trusted_proxies", String(i)];
      return parseRange(text) ?? context.fail(at, `"${text}" is not an IP address or range`);
    }),
  );
}

/** Rules for answers; which apply is asked when an answer is there. */
function responseRules(
  { require, ...ops }: Static<typeof HeadersConfig>["response"] & object,
  context: Context,
): (exchange: Exchange) => FieldRules {
  const rules = compileHeaderOps(ops, context, ["headers", "response"]);
  const applies = require && compileResponseMatcher(require);
  return (exchange) => (status, fields) => {
    if (applies === undefined || applies(status, fields)) rules.apply(fields, exchange);
  };
}

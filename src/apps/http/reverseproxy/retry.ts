// Whether and when to try again. A request that may have reached an upstream is sent again only if
// doing it twice does no harm.

import {
  Duration,
  durationMs,
  InlineModule,
  ModuleMap,
  type Static,
  Type,
} from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import { SELECTION_POLICIES } from "./selection.js";

/** The shape of `load_balancing`. */
export const LoadBalancingConfig = Type.Object(
  {
    selection_policy: Type.Optional(
      InlineModule(SELECTION_POLICIES, "policy", "How to choose an upstream. Default: random."),
    ),
    retries: Type.Optional(
      Type.Integer({ minimum: 0, description: "How often to try again. Default: 0." }),
    ),
    try_duration: Type.Optional(Duration("For how long to try again. Default: 0.")),
    try_interval: Type.Optional(
      Duration("How long to wait in between. Default: 250ms with a `try_duration`, else 0."),
    ),
    retry_match: Type.Optional(
      Type.Array(ModuleMap("http.matchers", "Matchers that must all match."), {
        description:
          "Which requests may be tried again after they were sent. Default: GET. One that could " +
          "not be sent is tried again in any case.",
      }),
    ),
  },
  { additionalProperties: false, description: "How load is spread over the upstreams." },
);

/** When to try again. */
export interface RetryPolicy {
  /**
   * Whether to try again after `retries` tries more than one, which began at `startedAt`. `safe`
   * says that the last one sent nothing.
   */
  allows(exchange: Exchange, startedAt: number, retries: number, safe: boolean): boolean;
  readonly intervalMs: number;
}

/** Make a policy. Without `matches`, only GET is tried again once it was sent. */
export function retryPolicy(
  config: Static<typeof LoadBalancingConfig>,
  matches: ((exchange: Exchange) => boolean) | undefined,
): RetryPolicy {
  const { retries: most = 0 } = config;
  const durationLimit = durationMs(config.try_duration, 0);
  const mayRepeat = matches ?? ((exchange: Exchange) => exchange.method === "GET");
  return {
    intervalMs: durationMs(config.try_interval, 0) || (durationLimit > 0 ? 250 : 0),
    allows(exchange, startedAt, retries, safe) {
      if (most === 0 && durationLimit === 0) return false;
      if (durationLimit > 0 && performance.now() - startedAt >= durationLimit) return false;
      if (most > 0 && retries >= most) return false;
      return safe || mayRepeat(exchange);
    },
  };
}

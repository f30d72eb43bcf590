// How a proxy chooses among its upstreams: the modules of `http.reverse_proxy.selection_policies`.
// This file has those that look at the upstreams alone; `sticky.ts` those that look at the request.

import { defineModule, type Life } from "../../../engine/index.js";
import { Type } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import type { Candidate } from "./upstream.js";

/** A way to choose. */
export interface Selector extends Life {
  /** One that is available, or undefined when there is none. */
  select<C extends Candidate>(pool: readonly C[], exchange: Exchange): C | undefined;
}

/** The namespace of selection policies. */
export const SELECTION_POLICIES = "http.reverse_proxy.selection_policies";

const noFields = Type.Object({}, { additionalProperties: false });

/** A policy without options of its own. */
export function definePolicy(name: string, summary: string, make: () => Selector) {
  return defineModule<typeof noFields, Selector>({
    id: `${SELECTION_POLICIES}.${name}`,
    summary,
    schema: noFields,
    glance: () => true,
    provision: make,
  });
}

/** The policy of those that have none. */
export const randomly: Selector = { select: (pool) => anyOf(pool) };

/** One of the available ones, each as likely as the others. */
function anyOf<C extends Candidate>(pool: readonly C[]): C | undefined {
  let chosen: C | undefined;
  let seen = 0;
  for (const candidate of pool) {
    // The n-th takes the place with a chance of 1/n, which evens out over all of them.
    if (candidate.available && Math.random() * ++seen < 1) chosen = candidate;
  }
  return chosen;
}

/** The one with the fewest requests; among several such, one at random. */
function leastBusy<C extends Candidate>(pool: readonly C[]): C | undefined {
  let best: C | undefined;
  let alike = 0;
  for (const candidate of pool) {
    if (!candidate.available || (best && candidate.requests > best.requests)) continue;
    if (best === undefined || candidate.requests < best.requests) alike = 0;
    if (Math.random() * ++alike < 1) best = candidate;
  }
  return best;
}

/** `random` */
export const random = definePolicy("random", "Any upstream that is available.", () => ({
  ...randomly,
}));

/** `first` */
export const first = definePolicy("first", "The first one that is available.", () => ({
  select: (pool) => pool.find((candidate) => candidate.available),
}));

/** `least_conn` */
export const leastConn = definePolicy("least_conn", "The one with the fewest requests.", () => ({
  select: (pool) => leastBusy(pool),
}));

/** `round_robin` */
export const roundRobin = definePolicy("round_robin", "Each one in its turn.", () => {
  let turn = 0;
  return {
    select(pool) {
      for (let tries = pool.length; tries > 0; tries--) {
        turn = (turn + 1) % pool.length;
        const candidate = pool[turn];
        if (candidate?.available) return candidate;
      }
      return undefined;
    },
  };
});

const randomChooseSchema = Type.Object(
  {
    choose: Type.Optional(
      Type.Integer({ minimum: 2, description: "How many to choose from. Default: 2." }),
    ),
  },
  { additionalProperties: false },
);

/** `random_choose` */
export const randomChoose = defineModule<typeof randomChooseSchema, Selector>({
  id: `${SELECTION_POLICIES}.random_choose`,
  summary: "Of a few chosen at random, the one with the fewest requests.",
  schema: randomChooseSchema,
  provision: ({ choose = 2 }) => ({ select: (pool) => leastBusy(sample(pool, choose)) }),
});

/** So many of the available ones, each as likely as the others. */
function sample<C extends Candidate>(pool: readonly C[], size: number): readonly C[] {
  const chosen: C[] = [];
  let seen = 0;
  for (const candidate of pool) {
    if (!candidate.available) continue;
    const place = seen < size ? seen : Math.floor(Math.random() * (seen + 1));
    if (place < size) chosen[place] = candidate;
    seen++;
  }
  return chosen;
}

const weightedSchema = Type.Object(
  {
    weights: Type.Array(Type.Integer({ minimum: 0 }), {
      minItems: 1,
      description: "The share of each upstream, in their order; 0 leaves it out.",
      examples: [[3, 1]],
    }),
  },
  { additionalProperties: false },
);

/** `weighted_round_robin` */
export const weightedRoundRobin = defineModule<typeof weightedSchema, Selector>({
  id: `${SELECTION_POLICIES}.weighted_round_robin`,
  summary: "Each one in its turn, some more often than others.",
  schema: weightedSchema,
  provision({ weights }, context) {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (total === 0) context.fail(["weights"], "at least one weight must be more than 0");
    let turn = 0;
    return {
      select(pool) {
        turn = (turn + 1) % total;
        return fromTurn(pool, weights, turn);
      },
    };
  },
});

/** Whose turn it is; when that one is not available, the next one after it. */
function fromTurn<C extends Candidate>(
  pool: readonly C[],
  weights: readonly number[],
  turn: number,
): C | undefined {
  let start = 0;
  for (let left = turn; left >= (weights[start] as number); start++) {
    left -= weights[start] as number;
  }
  for (let i = 0; i < weights.length; i++) {
    const at = (start + i) % weights.length;
    const candidate = pool[at];
    if ((weights[at] as number) > 0 && candidate?.available) return candidate;
  }
  return undefined;
}

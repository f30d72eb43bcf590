// Passive health: failures of real requests, remembered for a while. The counts are the upstreams'
// own and shared; how long a failure counts, and how many are too many, is each proxy's affair.

import type { Clock } from "../../../engine/index.js";
import { Duration, durationMs, type Static, Type } from "../../../schema/index.js";
import type { UpstreamState } from "./upstream-state.js";

/** The shape of `health_checks.passive`. */
export const PassiveConfig = Type.Object(
  {
    fail_duration: Type.Optional(
      Duration("How long a failure counts; more than 0 turns passive checks on. Default: 0."),
    ),
    max_fails: Type.Optional(
      Type.Integer({ minimum: 0, description: "Failures that make it unhealthy. Default: 1." }),
    ),
    unhealthy_request_count: Type.Optional(
      Type.Integer({ minimum: 0, description: "Most requests at once. Default: no limit." }),
    ),
    unhealthy_status: Type.Optional(
      Type.Array(Type.Integer(), {
        description: "Statuses that count as failures; 5 stands for 500 to 599.",
      }),
    ),
    unhealthy_latency: Type.Optional(
      Duration("An answer that took at least this long to begin counts as a failure."),
    ),
  },
  { additionalProperties: false, description: "Learn from real requests which upstreams work." },
);

/**
 * How many failures of one upstream one proxy remembers at least; the oldest are forgotten first.
 */
const MIN_REMEMBERED = 1000;

/** One proxy's memory of failures. */
export class PassiveHealth {
  /** As many failures make an upstream unhealthy. */
  readonly maxFails: number;
  readonly #failMs: number;
  readonly #latencyMs: number;
  readonly #statuses: readonly number[];
  #over = false;
  #memories: Map<UpstreamState, Memory> | undefined;

  /** Without a config nothing counts. */
  constructor(
    config: Static<typeof PassiveConfig> | undefined,
    private readonly clock: Clock,
  ) {
    this.maxFails = config ? config.max_fails || 1 : Number.POSITIVE_INFINITY;
    this.#failMs = durationMs(config?.fail_duration, 0);
    this.#latencyMs = durationMs(config?.unhealthy_latency, 0);
    this.#statuses = config?.unhealthy_status ?? [];
  }

  /** Look at an answer's head, which took so long to come. */
  observe(state: UpstreamState, status: number, tookMs: number): void {
    if (this.#statuses.some((bad) => matchesStatus(status, bad))) this.fail(state);
    if (this.#latencyMs > 0 && tookMs >= this.#latencyMs) this.fail(state);
  }

  /** Count a failure. */
  fail(state: UpstreamState): void {
    if (this.#failMs <= 0 || this.#over) return;
    this.#memories ??= new Map();
    let memory = this.#memories.get(state);
    if (!memory) {
      const limit = Math.max(MIN_REMEMBERED, 2 * this.maxFails);
      memory = new Memory(state, this.#failMs, limit, this.clock);
      this.#memories.set(state, memory);
    }
    memory.add();
  }

  /** Forget every failure that this proxy has counted, and count no more. */
  forget(): void {
    this.#over = true;
    for (const memory of this.#memories?.values() ?? []) memory.clear();
    this.#memories = undefined;
  }
}

/** Failures of one upstream. All count equally long, so the oldest is always the next to go. */
class Memory {
  #ends: number[] = [];
  #cancel: (() => void) | undefined;

  constructor(
    private readonly state: UpstreamState,
    private readonly failMs: number,
    private readonly limit: number,
    private readonly clock: Clock,
  ) {}

  add(): void {
    this.#ends.push(performance.now() + this.failMs);
    this.state.fails++;
    if (this.#ends.length > this.limit) this.#drop(1);
    this.#cancel ??= this.clock.after(this.failMs, this.#expire);
  }

  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#drop(this.#ends.length);
  }

  readonly #expire = (): void => {
    const now = performance.now();
    // Timers may fire a moment early.
    const alive = this.#ends.findIndex((end) => end > now + 1);
    this.#drop(alive < 0 ? this.#ends.length : alive);
    const [next] = this.#ends;
    this.#cancel = next === undefined ? undefined : this.clock.after(next - now, this.#expire);
  };

  #drop(count: number): void {
    this.#ends.splice(0, count);
    this.state.fails -= count;
  }
}

function matchesStatus(status: number, wanted: number): boolean {
  return status === wanted || (wanted < 100 && Math.floor(status / 100) === wanted);
}

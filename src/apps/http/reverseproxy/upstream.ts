// One upstream of one proxy: where it is, and whether this proxy may use it at the moment.

import type { Context } from "../../../engine/index.js";
import { type Exchange, HttpError } from "../exchange.js";
import { compileTemplate, type Template } from "../placeholders.js";
import { type DialAddress, parseDial } from "./address.js";
import type { PassiveHealth } from "./passive-health.js";
import { UPSTREAMS, UpstreamState } from "./upstream-state.js";

/** An upstream as selection policies see it. */
export interface Candidate {
  /** The address as the config has it. */
  readonly dial: string;
  readonly requests: number;
  /** Healthy, and not busy with as many requests as it may have. */
  readonly available: boolean;
}

/** One upstream of one proxy. */
export class Upstream implements Candidate {
  readonly #state: () => UpstreamState;
  readonly #template: Template;
  readonly #fixed: DialAddress | undefined;

  /** Throws `Error` when the address cannot be one. */
  constructor(
    readonly dial: string,
    readonly maxRequests: number,
    private readonly health: PassiveHealth,
    context: Context,
  ) {
    this.#state = context.keep(UPSTREAMS, dial, () => new UpstreamState());
    this.#template = compileTemplate(dial, context, "empty");
    const { constant } = this.#template;
    this.#fixed = constant === undefined ? undefined : parseDial(constant);
  }

  /** The one that all proxies share. */
  get state(): UpstreamState {
    return this.#state();
  }

  get requests(): number {
    return this.state.requests;
  }

  get available(): boolean {
    const { requests, fails } = this.state;
    return fails < this.health.maxFails && (this.maxRequests === 0 || requests < this.maxRequests);
  }

  /** Where it is for this request. Throws `HttpError` when placeholders make no address. */
  address(exchange: Exchange): DialAddress {
    if (this.#fixed) return this.#fixed;
    try {
      return parseDial(this.#template.fill(exchange));
    } catch (cause) {
      throw new HttpError(502, `upstream ${this.dial}: ${(cause as Error).message}`, { cause });
    }
  }
}

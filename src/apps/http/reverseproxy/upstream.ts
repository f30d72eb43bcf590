// One upstream of one proxy: where it is, and whether this proxy may use it at the moment.

import type { Context } from "../../../engine/index.js";
import { type Exchange, HttpError } from "../exchange.js";
import { compileTemplate, type Template } from "../placeholders.js";
import { type DialAddress, parseDial } from "./address.js";
import type { PassiveHealth } from "./passive-health.js";
import { UpstreamState } from "./upstream-state.js";

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
  #state: UpstreamState | undefined;
  readonly #template: Template;
  readonly #fixed: DialAddress | undefined;

  /** Throws `Error` when the address cannot be one. */
  constructor(
    readonly dial: string,
    readonly maxRequests: number,
    private readonly health: PassiveHealth,
    context: Context,
  ) {
    this.#template = compileTemplate(dial, context, "empty");
    const { constant } = this.#template;
    this.#fixed = constant === undefined ? undefined : parseDial(constant);
  }

  /** Its own until the proxy starts; from then on the one that all proxies share. */
  get state(): UpstreamState {
    this.#state ??= new UpstreamState(this.dial, false);
    return this.#state;
  }

  set state(shared: UpstreamState) {
    this.#state = shared;
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

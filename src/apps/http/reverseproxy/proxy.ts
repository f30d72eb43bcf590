// The proxy at work: chooses an upstream for each request, tries it, tries another, and keeps
// count.

import { setMaxListeners } from "node:events";
import type { Duplex } from "node:stream";
import type { Clock, Context, Log } from "../../../engine/index.js";
import type { IpSet } from "../cidr.js";
import { type Exchange, HttpError } from "../exchange.js";
import type { HeaderOperations } from "../header-ops.js";
import { HeaderMap } from "../headers.js";
import type { Handler, Next } from "../module.js";
import type { FindHandler, ResponseHandler } from "../response-handlers.js";
import type { DialAddress } from "./address.js";
import { UpstreamError } from "./errors.js";
import { ProxyFacts } from "./facts.js";
import { giveUp, isDial, stopped, toThrow } from "./failures.js";
import type { PassiveHealth } from "./passive-health.js";
import { type Answer, protocolOf } from "./reader.js";
import { type Looked, type Outcome, Relay, type RelayOwner } from "./relay.js";
import { RequestBody } from "./request-body.js";
import {
  forwardedFields,
  sendableHost,
  upgradeOf,
  withoutFraming,
  writeHead,
} from "./request-head.js";
import { type FieldRules, passFields, upgradeFields } from "./response-head.js";
import type { RetryPolicy } from "./retry.js";
import type { Selector } from "./selection.js";
import type { Transport, UpstreamRequest } from "./transport.js";
import type { Tunnels } from "./tunnels.js";
import type { Upstream } from "./upstream.js";

/** What a proxy is made of. */
export interface ProxyParts {
  readonly upstreams: readonly Upstream[];
  readonly selector: Selector;
  readonly retry: RetryPolicy;
  readonly transport: Transport;
  readonly health: PassiveHealth;
  readonly tunnels: Tunnels;
  readonly trustedProxies: IpSet;
  readonly rewrite: Rewriting | undefined;
  readonly requestRules: HeaderOperations | undefined;
  /** What is done about answers before clients get them. */
  readonly responses: FindHandler | undefined;
  readonly responseRules: ((exchange: Exchange) => FieldRules) | undefined;
  readonly requestBuffers: number;
  readonly responseBuffers: number;
  readonly streamCloseMs: number;
}

/** How the line of a request changes on its way upstream. */
export interface Rewriting {
  readonly change: (exchange: Exchange) => void;
  /** Whether it becomes one that has no body, and leaves its own to others. */
  readonly dropsBody: boolean;
}

/** The line of a request that goes upstream. */
interface RequestLine {
  readonly method: string;
  readonly uri: string;
}

/** One request, while it is tried. */
interface Try {
  readonly exchange: Exchange;
  readonly line: RequestLine;
  readonly body: RequestBody;
  readonly upgrade: string;
  readonly facts: ProxyFacts;
  /** The fields that go upstream, before any rules for one upstream. */
  readonly fields: readonly string[];
}

/** How long tunnels have for their goodbyes once their time is over (milliseconds). */
const GOODBYE_MS = 1000;

const METHODS_WITH_BODY: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

/** A proxy to some upstreams. */
export class ReverseProxy implements Handler, RelayOwner {
  readonly responseBuffers;
  /** Streams may take as long to close as the config says, whatever the server's grace period. */
  readonly graceMs?: number;
  #relays: Set<Relay> | undefined;
  /** Requests that are being handled, also while they wait for another try. */
  #running = 0;
  #onIdle: (() => void) | undefined;
  /** Until when a request may take that comes although this was stopped. */
  #dueAt: number | undefined;
  #cut = false;

  constructor(
    private readonly parts: ProxyParts,
    private readonly context: Context,
  ) {
    this.responseBuffers = parts.responseBuffers;
    if (parts.streamCloseMs > 0) this.graceMs = parts.streamCloseMs + GOODBYE_MS;
  }

  get log(): Log {
    return this.context.log;
  }

  get clock(): Clock {
    return this.context.clock;
  }

  async stop(cut: AbortSignal, dueAt = Number.POSITIVE_INFINITY): Promise<void> {
    this.#dueAt = dueAt;
    // Thousands of proxies may stop together, of which a few have anything to wait for.
    const { tunnels, health } = this.parts;
    if (this.#running > 0 || tunnels.count > 0) await this.#drain(cut);
    else tunnels.close();
    health.forget();
  }

  /** Let requests and tunnels end by themselves, until they are due or cut off. */
  async #drain(cut: AbortSignal): Promise<void> {
    const breakOff = () => this.#breakOff();
    setMaxListeners(0, cut); // as many as end together listen to it
    cut.addEventListener("abort", breakOff);
    if (cut.aborted) breakOff();
    const { tunnels, streamCloseMs } = this.parts;
    const cancel = this.context.clock.after(streamCloseMs, () => tunnels.close());
    if (streamCloseMs === 0) tunnels.close();
    await this.#idle();
    await tunnels.emptied();
    cancel();
    cut.removeEventListener("abort", breakOff);
  }

  async handle(exchange: Exchange, next: Next): Promise<void> {
    const inTime = this.#dueAt === undefined ? undefined : this.#breakOffAt(this.#dueAt);
    this.#running++;
    const startedAt = performance.now();
    const facts = new ProxyFacts();
    exchange.provide(facts.read);
    let body: RequestBody | undefined;
    try {
      const line = this.#lineOf(exchange);
      body = new RequestBody(exchange, !this.#dropsBody(exchange, line));
      if (this.parts.requestBuffers > 0) await body.gather(this.parts.requestBuffers);
      const looked = await this.#tryAll(exchange, line, body, facts, startedAt);
      if (looked !== undefined) await looked.pending.show(looked.by.routes, next);
    } finally {
      this.#running--;
      if (this.#running === 0) this.#onIdle?.();
      inTime?.();
      body?.discard();
      facts.totalMs = performance.now() - startedAt;
    }
  }

  /** What the config rewrites for upstreams is as it was for everybody else. */
  #lineOf(exchange: Exchange): RequestLine {
    const { rewrite } = this.parts;
    const { method, target } = exchange;
    if (rewrite === undefined) return { method, uri: exchange.uri };
    try {
      rewrite.change(exchange);
      return { method: exchange.method, uri: exchange.uri };
    } finally {
      exchange.method = method;
      exchange.target = target;
    }
  }

  #dropsBody({ method, uri }: Exchange, line: RequestLine): boolean {
    if (this.parts.rewrite?.dropsBody !== true) return false;
    return line.method !== method || line.uri !== uri;
  }

  async #tryAll(
    exchange: Exchange,
    line: RequestLine,
    body: RequestBody,
    facts: ProxyFacts,
    startedAt: number,
  ): Promise<Looked | undefined> {
    const { retry, selector, upstreams, trustedProxies } = this.parts;
    const upgrade = upgradeOf(exchange);
    const fields = forwardedFields(exchange, trustedProxies, upgrade);
    const request: Try = { exchange, line, body, upgrade, facts, fields };
    let failure: Error | undefined;
    for (let retries = 0; ; retries++) {
      if (this.#cut) throw stopped();
      facts.retries = retries;
      const upstream = selector.select(upstreams, exchange);
      if (upstream === undefined) failure ??= new HttpError(503, "no upstreams available");
      else {
        const outcome = await this.#try(request, upstream);
        if (!(outcome instanceof Error)) return outcome;
        failure = outcome;
      }
      if (exchange.isLeft) break;

      // What went wrong on our own side would only go wrong again.
      const foreign = upstream === undefined || failure instanceof UpstreamError;
      const safe = upstream === undefined || isDial(failure);
      const may = foreign && body.repeatable && !this.#cut;
      facts.brokeOff = !safe;
      const again = may && retry.allows(exchange, startedAt, retries, safe);
      facts.brokeOff = false;
      if (!again) throw toThrow(failure);
      await this.#wait(exchange);
      if (exchange.isLeft) break;
    }
    giveUp(exchange);
    return undefined;
  }

  #try(request: Try, upstream: Upstream): Promise<Outcome> {
    const { exchange, body, facts } = request;
    const address = upstream.address(exchange);
    facts.tries(upstream, address);
    const sent = this.#head(request, address);
    const { state } = upstream;
    const relay = new Relay(exchange, state, body, facts, this);
    this.#relays ??= new Set();
    this.#relays.add(relay);
    state.requests++;
    return relay.run(this.parts.transport.call(state, address, sent, relay));
  }

  onSettled(relay: Relay, error: Error | undefined): void {
    const { facts, startedAt } = relay;
    this.#relays?.delete(relay);
    relay.state.requests--;
    if (error === undefined) facts.durationMs = performance.now() - startedAt;
    else if (error instanceof UpstreamError && error.fault !== "client") {
      this.parts.health.fail(relay.state);
    }
  }

  #head({ exchange, line, body, upgrade, fields }: Try, address: DialAddress): UpstreamRequest {
    const { hostport } = exchange;
    const { method, uri } = line;
    const { requestRules, transport } = this.parts;
    const fallback = address.network === "unix" ? "" : address.hostport;
    let host = transport.namesUpstream ? fallback : hostport || fallback;
    let sent = fields;
    if (requestRules) {
      const headers = HeaderMap.fromRaw(fields);
      host = sendableHost(requestRules.applyToRequest(headers, host, exchange) || fallback);
      sent = withoutFraming(headers.toRaw());
    }
    const { framing } = body;
    const sayEmpty = METHODS_WITH_BODY.has(method);
    const head = writeHead({ method, uri, host, fields: sent, framing, sayEmpty });
    return { method, head, body: framing.body, upgrade };
  }

  onAnswer({ facts, startedAt, state }: Relay, answer: Answer): void {
    const latency = performance.now() - startedAt;
    facts.latencyMs = latency;
    this.parts.health.observe(state, answer.status, latency);
  }

  handlerOf(_relay: Relay, answer: Answer): ResponseHandler | undefined {
    const { status, fields } = answer;
    return this.parts.responses?.(status, () => HeaderMap.fromRaw(fields));
  }

  onPassing({ exchange }: Relay, answer: Answer): void {
    passFields(exchange, answer, this.parts.responseRules?.(exchange));
  }

  onUpgrade({ exchange, state }: Relay, answer: Answer, upstream: Duplex, first: Buffer): void {
    const { request, response } = exchange;
    const protocol = protocolOf(answer);
    const client = request.socket;
    const fields = upgradeFields(answer, protocol);
    for (let i = 0; i < fields.length; i += 2) {
      response.headers.add(fields[i] as string, fields[i + 1] as string);
    }
    response.sendHead(101);
    response.raw.flushHeaders();
    response.raw.detachSocket(client);
    response.taken = true;
    client.setTimeout(0);
    // For as long as it is open it weighs on the upstream like any other request.
    state.requests++;
    this.parts.tunnels.open({ client, upstream, protocol, first }, () => state.requests--);
    if (this.#cut) this.parts.tunnels.destroy();
  }

  /** Wait until the next try, or until the client has left. */
  async #wait(exchange: Exchange): Promise<void> {
    const { intervalMs } = this.parts.retry;
    if (intervalMs === 0 || exchange.isLeft) return;
    await new Promise<void>((resolve) => {
      const finish = () => {
        cancel();
        stopWatching();
        resolve();
      };
      const stopWatching = exchange.onLeft(finish);
      const cancel = this.context.clock.after(intervalMs, finish);
    });
  }

  #idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #breakOff(): void {
    this.#cut = true;
    this.parts.tunnels.destroy();
    for (const relay of this.#relays ?? []) relay.cut(stopped());
  }

  /** A straggler ends when those had to that were there in time. The returned function calls it off. */
  #breakOffAt(dueAt: number): () => void {
    if (dueAt === Number.POSITIVE_INFINITY) return () => {};
    const { clock } = this.context;
    const leftMs = dueAt - clock.now();
    if (leftMs <= 0) throw stopped();
    return clock.after(leftMs, () => this.#breakOff());
  }
}

// One request and the answer to it, as matchers and handlers see them. Everything that costs
// something is computed when it is first asked for.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log, Spot } from "../../engine/index.js";
import { closeGently } from "./answering.js";
import type { FieldFilter } from "./expected-fields.js";
import type { Files } from "./fileserver/files.js";
import { HeaderMap } from "./headers.js";
import { HttpError } from "./http-error.js";
import { ResponseWriter } from "./response.js";
import {
  authorityOf,
  parseQuery,
  parseTarget,
  printTarget,
  type Query,
  type Target,
} from "./target.js";
import type { UpstreamAnswer } from "./upstream-answer.js";

export { HttpError } from "./http-error.js";

/** What an exchange knows of the server that it runs in: always that of the generation it began in. */
export interface ServerView {
  /** The server's key under `/apps/http/servers`. */
  readonly name: string;
  readonly log: Log;
  /** The address of the client, behind the proxies that the server trusts. */
  clientIp(exchange: Exchange): string;
  /** Whether the peer is a proxy that the server trusts; one at a unix socket has no address. */
  trustsPeer(exchange: Exchange): boolean;
  /** Takes out of a request's fields what could pass for another. */
  readonly filter: FieldFilter;
  /** The disk, as all servers remember it. */
  readonly files: Files;
}

/** Tells the value of a placeholder. `before` tells what it was before somebody provided this. */
export type Provider = (
  name: string,
  before: (name: string) => string | undefined,
) => string | undefined;

/** Tells the values of placeholders by their names; undefined for those that it does not know. */
type Fallback = (name: string, exchange: Exchange) => string | undefined;

/** One request and the answer to it. */
export class Exchange {
  readonly response: ResponseWriter;
  readonly startedAt = performance.now();
  /** The method, which a `rewrite` may change. */
  method: string;
  /** Host and port as the request names them, which a `headers` handler may change. */
  hostport: string;
  /** The error that is being handled, inside error routes. */
  error: HttpError | undefined;
  /** The answer that is being looked at, inside the `handle_response` routes of a proxy. */
  upstreamAnswer: UpstreamAnswer | undefined;
  /** Where the handler stands that was entered last, for the log: if anything failed, it did. */
  spot: Spot | undefined;
  /** Grows with every change to method, host or target: what was decided from them is stale then. */
  version = 0;

  #target: Target;
  #host: string | undefined;
  #headers: HeaderMap | undefined;
  #query: Query | undefined;
  #vars: Map<string, unknown> | undefined;
  #placeholders: Map<string, string> | undefined;
  #provided: ((name: string) => string | undefined) | undefined;
  #fallbacks: readonly Fallback[] | undefined;
  #groups: Set<string> | undefined;
  #bodyLimit = Number.POSITIVE_INFINITY;
  #bodyInstead: Buffer | undefined;

  /** Throws `HttpError` 400 when the request target or the host cannot be understood. */
  constructor(
    readonly server: ServerView,
    readonly request: IncomingMessage,
    response: ServerResponse,
  ) {
    this.response = new ResponseWriter(response);
    this.method = request.method ?? "GET";
    const url = request.url ?? "/";
    const field = checkedHost(request.headers.host ?? "");
    this.hostport = checkedHost(authorityOf(url)) || field;
    this.#target = parseTarget(url);
  }

  /** The target now, after any rewrites. */
  get target(): Target {
    return this.#target;
  }

  /** Replace the target (a rewrite). */
  set target(target: Target) {
    this.#target = target;
    this.#query = undefined;
    this.version++;
  }

  /** Undo what rewrites did: error routes see the request as it came. */
  restore(): void {
    this.method = this.request.method ?? "GET";
    this.target = parseTarget(this.request.url ?? "/");
  }

  /** The decoded path. */
  get path(): string {
    return this.#target.path;
  }

  /** Path and query as one, as they would stand in a request line. */
  get uri(): string {
    return printTarget(this.#target);
  }

  /** The host in lower case, without port and brackets. */
  get host(): string {
    this.#host ??= hostOnly(this.hostport).toLowerCase();
    return this.#host;
  }

  /** Change the host (`headers` handler, proxy). */
  setHost(hostport: string): void {
    this.hostport = hostport;
    this.#host = undefined;
    this.version++;
  }

  /**
   * The request's header fields, but for Host and what the server takes out; changes are seen by
   * later handlers.
   */
  get headers(): HeaderMap {
    if (this.#headers === undefined) {
      this.#headers = HeaderMap.fromRaw(this.request.rawHeaders);
      this.#headers.delete("host");
      this.server.filter(this.#headers, this.server);
    }
    return this.#headers;
  }

  /** The query's parameters; those that are not well formed are not among them. */
  get query(): Query {
    this.#query ??= parseQuery(this.#target.query);
    return this.#query;
  }

  /**
   * Whether the client has gone, or at least closed its side, or has the whole answer. Who closes its
   * side may still read: answers that are there are sent, and only what takes long is given up.
   */
  get isLeft(): boolean {
    return this.response.raw.destroyed || this.request.socket.readableEnded;
  }

  /** Call `listener` when that comes to be, perhaps twice. What is returned takes it back. */
  onLeft(listener: () => void): () => void {
    const { raw } = this.response;
    const { socket } = this.request;
    raw.on("close", listener);
    socket.on("end", listener);
    return () => {
      raw.off("close", listener);
      socket.off("end", listener);
    };
  }

  get isTls(): boolean {
    return "encrypted" in this.request.socket;
  }

  /** The peer's address. An IPv4 address that came in over an IPv6 socket is an IPv4 address. */
  get remoteIp(): string {
    const address = this.request.socket.remoteAddress ?? "";
    return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
  }

  /** The client's address, behind trusted proxies. */
  get clientIp(): string {
    return this.server.clientIp(this);
  }

  /** Variables set by `vars` and others; the `vars` matcher and `{vars.x}` read them. */
  get vars(): Map<string, unknown> {
    this.#vars ??= new Map();
    return this.#vars;
  }

  /** The value of a variable: one that was set, or one that every request has. */
  variable(name: string): unknown {
    const value = this.#vars?.get(name);
    if (value !== undefined) return value;
    if (name === "client_ip") return this.clientIp;
    return name === "trusted_proxy" ? this.server.trustsPeer(this) : undefined;
  }

  /** Placeholders that matchers and handlers set for this request: full name to value. */
  get placeholders(): Map<string, string> {
    this.#placeholders ??= new Map();
    return this.#placeholders;
  }

  /** Let `read` tell the values of placeholders, for when setting them all would be a waste. */
  provide(read: Provider): void {
    const before = this.#provided ?? nothing;
    this.#provided = (name) => read(name, before);
  }

  /** Let `read` tell what nobody else does: who says so first has the last word, as in Caddy. */
  fallBackOn(read: Fallback): void {
    this.#fallbacks = [...(this.#fallbacks ?? []), read];
  }

  /** The value of such a placeholder, if it was set or somebody provides it. */
  placeholder(name: string): string | undefined {
    return this.#placeholders?.get(name) ?? this.#provided?.(name) ?? this.#fallBack(name);
  }

  #fallBack(name: string): string | undefined {
    for (const read of this.#fallbacks ?? []) {
      const value = read(name, this);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** How many bytes a handler may read of the body; of one that is longer it is to `refuseBody`. */
  get bodyLimit(): number {
    return this.#bodyLimit;
  }

  /** What a handler is to read in place of the body that comes in, if anything. */
  get bodyInstead(): Buffer | undefined {
    return this.#bodyInstead;
  }

  /** Let handlers read no more than this. Of several limits the smallest holds. */
  limitBody(bytes: number): void {
    this.#bodyLimit = Math.min(this.#bodyLimit, bytes);
  }

  /** Let handlers read this, which has no limit yet. */
  replaceBody(bytes: Buffer): void {
    this.#bodyInstead = bytes;
    this.#bodyLimit = Number.POSITIVE_INFINITY;
  }

  /**
   * The error for a body that is too long. The rest of it is not read, so the connection ends with
   * the answer; to error routes the body is empty.
   */
  refuseBody(): HttpError {
    const { raw, headers } = this.response;
    const error = new HttpError(413, `the body is longer than ${this.#bodyLimit} bytes`);
    this.replaceBody(NOTHING);
    headers.set("Connection", "close");
    raw.once("prefinish", () => closeGently(raw));
    return error;
  }

  /** Enter a route group. False when another route of the group was taken already. */
  enterGroup(group: string): boolean {
    this.#groups ??= new Set();
    if (this.#groups.has(group)) return false;
    this.#groups.add(group);
    return true;
  }
}

const NOTHING = Buffer.alloc(0);

/** Nobody has provided a placeholder yet. */
function nothing(): undefined {
  return undefined;
}

/** A host that could name another directory or another URL than a host does is no host. */
function checkedHost(host: string): string {
  if (
    host !== "" &&
    (/[^!$&'()*+,\-.0-9:;=A-Z[\]_a-z~%\x80-\xff]/.test(host) || host.includes(".."))
  ) {
    throw new HttpError(400, "the Host is not a host");
  }
  return host;
}

/** `[::1]:80` as `::1`, `a.com:80` as `a.com`. */
export function hostOnly(hostport: string): string {
  if (hostport.startsWith("[")) {
    const end = hostport.indexOf("]");
    return end < 0 ? hostport : hostport.slice(1, end);
  }
  const colon = hostport.indexOf(":");
  // More than one colon without brackets is a bare IPv6 address.
  return colon < 0 || hostport.indexOf(":", colon + 1) > 0 ? hostport : hostport.slice(0, colon);
}

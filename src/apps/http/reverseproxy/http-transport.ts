// The transport `http`: HTTP/1.1 to upstreams over TCP, unix sockets and TLS.

import { type Clock, type Context, defineModule } from "../../../engine/index.js";
import { Duration, durationMs, type Static, Type } from "../../../schema/index.js";
import { type DialAddress, type LocalAddress, parseLocal } from "./address.js";
import type { Connection, Tenant } from "./connection.js";
import { UpstreamError } from "./errors.js";
import { Pool, type PoolOptions, type Taker } from "./pool.js";
import type { Call, Receiver, Transport, UpstreamRequest } from "./transport.js";
import type { UpstreamState } from "./upstream-state.js";

const closed = { additionalProperties: false } as const;

const tlsSchema = Type.Object(
  {
    insecure_skip_verify: Type.Optional(
      Type.Boolean({ description: "Accept any certificate. For tests only. Default: false." }),
    ),
    handshake_timeout: Type.Optional(
      Duration("How long a TLS handshake may take beyond `dial_timeout`. Default: no extra time."),
    ),
    server_name: Type.Optional(
      Type.String({ description: "The name in the certificate. Default: the host dialled." }),
    ),
  },
  { ...closed, description: "Speak TLS with the upstream; an empty object will do." },
);

const keepAliveSchema = Type.Object(
  {
    enabled: Type.Optional(Type.Boolean({ description: "Reuse connections. Default: true." })),
    probe_interval: Type.Optional(Duration("How often to probe for liveness. Default: 30s.")),
    max_idle_conns_per_host: Type.Optional(
      Type.Integer({ minimum: 0, description: "Idle connections to keep. Default: 32." }),
    ),
    idle_timeout: Type.Optional(Duration("How long to keep idle connections. Default: 2m.")),
  },
  { ...closed, description: "How connections are used again." },
);

const BufferSize = Type.Optional(
  Type.Integer({ description: "Accepted from Caddy's configs. Buffers are as large as it takes." }),
);

const schema = Type.Object(
  {
    tls: Type.Optional(tlsSchema),
    keep_alive: Type.Optional(keepAliveSchema),
    compression: Type.Optional(
      Type.Literal(false, {
        description: "May only be false: compression that no client asked for is never requested.",
      }),
    ),
    max_conns_per_host: Type.Optional(
      Type.Integer({ minimum: 0, description: "Most connections at once. Default: no limit." }),
    ),
    dial_timeout: Type.Optional(Duration("How long connecting may take. Default: 3s.")),
    dial_fallback_delay: Type.Optional(
      Duration("After how long the next address of a name is tried; below 0: never."),
    ),
    local_address: Type.Optional(
      Type.String({
        description: "The address, perhaps with a port, that connections come from.",
        examples: ["127.0.0.1"],
      }),
    ),
    response_header_timeout: Type.Optional(
      Duration("How long the upstream may think about an answer. Default: no limit."),
    ),
    read_timeout: Type.Optional(
      Duration("How long the upstream may be silent within an exchange. Default: no limit."),
    ),
    write_timeout: Type.Optional(
      Duration("How long the upstream may take no bytes. Default: no limit."),
    ),
    max_response_header_size: Type.Optional(
      Type.Integer({ minimum: 0, description: "Largest answer head (bytes). Default: 10 MiB." }),
    ),
    read_buffer_size: BufferSize,
    write_buffer_size: BufferSize,
    versions: Type.Optional(
      Type.Array(Type.Union([Type.Literal("1.1"), Type.Literal("2")]), {
        description: 'HTTP versions that may be used; must include "1.1", which is used.',
      }),
    ),
  },
  closed,
);

type Config = Static<typeof schema>;

/** Reaches upstreams by HTTP/1.1. */
export const httpTransport = defineModule<typeof schema, Transport>({
  id: "http.reverse_proxy.transport.http",
  summary: "Reaches upstreams by HTTP/1.1, in the clear or over TLS.",
  schema,
  glance: ({ versions = ["1.1"], local_address }) =>
    (versions.includes("1.1") && local_address === undefined) || undefined,

  provision(config, context) {
    if (config.versions && !config.versions.includes("1.1")) {
      context.fail(["versions"], "HTTP/1.1 is the only version spoken here", 'add "1.1"');
    }
    try {
      localOf(config);
    } catch (error) {
      context.fail(["local_address"], (error as Error).message, 'write "192.0.2.7"');
    }
    return createHttpTransport(config, context);
  },
});

/** The transport, as `transport: {"protocol": "http", …}` makes it. */
export function createHttpTransport(config: Config, { clock }: Pick<Context, "clock">): Transport {
  // There may be thousands of proxies, most of which nobody asks for anything.
  let pools: Pools | undefined;
  return {
    namesUpstream: config.tls !== undefined,
    call(state, address, request, receiver) {
      pools ??= new Pools(poolOptions(config), clock);
      return new HttpCall(pools.of(state, address), request, receiver);
    },
  };
}

/** Finds the pool of an address. */
class Pools {
  /** The pools found last. An address that holds no placeholder is the same object every time. */
  readonly #last = new WeakMap<DialAddress, { state: UpstreamState; pool: Pool }>();
  /** Proxies share connections only if they would have made them alike. */
  readonly #likeness: string;

  constructor(
    private readonly options: PoolOptions,
    private readonly clock: Clock,
  ) {
    this.#likeness = JSON.stringify(options);
  }

  of(state: UpstreamState, address: DialAddress): Pool {
    const last = this.#last.get(address);
    if (last?.state === state) return last.pool;
    const key = `${address.text} ${this.#likeness}`;
    const pool = state.pool(key, () => new Pool(address, this.options, this.clock));
    this.#last.set(address, { state, pool });
    return pool;
  }
}

function localOf({ local_address: text }: Config): { local?: LocalAddress } {
  return text ? { local: parseLocal(text) } : {};
}

function poolOptions(config: Config): PoolOptions {
  const { tls, keep_alive: keep = {} } = config;
  const dial = {
    timeoutMs: durationMs(config.dial_timeout, 0) || 3000,
    probeMs: durationMs(keep.probe_interval, 0) || 30_000,
    fallbackMs: durationMs(config.dial_fallback_delay, 0),
    ...localOf(config),
  };
  const secure = tls && {
    serverName: tls.server_name ?? "",
    insecureSkipVerify: tls.insecure_skip_verify ?? false,
    handshakeMs: durationMs(tls.handshake_timeout, 0),
  };
  return {
    dial: secure ? { ...dial, tls: secure } : dial,
    limits: {
      responseHeaderMs: durationMs(config.response_header_timeout, 0),
      readMs: durationMs(config.read_timeout, 0),
      writeMs: durationMs(config.write_timeout, 0),
      maxHeadBytes: config.max_response_header_size || 10 * 1024 * 1024,
    },
    maxIdle: keep.enabled === false ? 0 : keep.max_idle_conns_per_host || 32,
    idleMs: durationMs(keep.idle_timeout, 0) || 120_000,
    maxOpen: config.max_conns_per_host ?? 0,
  };
}

/** Methods that may be sent again when an idle connection turns out to be dead. */
const REPLAYABLE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** What a client says that may send the same twice. */
const VOUCHED = /^(?:x-)?idempotency-key:/im;

function isReplayable({ method, head, body }: UpstreamRequest): boolean {
  return body === "none" && (REPLAYABLE.has(method) || VOUCHED.test(head));
}

/** One request on its way: first to a connection, then over it. */
class HttpCall implements Call, Taker, Tenant {
  #connection: Connection | undefined;
  #withdraw: (() => void) | undefined;
  #reused = false;
  #aborted = false;

  constructor(
    private readonly pool: Pool,
    readonly request: UpstreamRequest,
    readonly receiver: Receiver,
  ) {}

  start(): void {
    this.#take(false);
  }

  #take(fresh: boolean): void {
    const withdraw = this.pool.take(this, fresh);
    if (this.#connection === undefined) this.#withdraw = withdraw;
  }

  onConnection(connection: Connection, reused: boolean): void {
    // Whoever is aborted takes the wish back, so this cannot be; but a connection must not leak.
    if (this.#aborted) {
      connection.destroy();
      return;
    }
    this.#withdraw = undefined;
    this.#connection = connection;
    this.#reused = reused;
    connection.send(this);
    this.receiver.onReady();
  }

  onNoConnection(error: UpstreamError): void {
    this.receiver.onError(error);
  }

  /** An idle connection may have been closed by the upstream while the request was on its way. */
  onBroken(error: Error, begun: boolean): void {
    this.#connection = undefined;
    const stale = error instanceof UpstreamError && error.fault === "closed" && !begun;
    if (stale && this.#reused && isReplayable(this.request)) this.#take(true);
    else this.receiver.onError(error);
  }

  write(chunk: Buffer): boolean {
    return this.#connection?.write(this, chunk) ?? true;
  }

  end(trailers: readonly string[]): void {
    let lines = "";
    for (let i = 0; i < trailers.length; i += 2) lines += `${trailers[i]}: ${trailers[i + 1]}\r\n`;
    this.#connection?.endRequest(this, lines);
  }

  resume(): void {
    this.#connection?.resume(this);
  }

  abort(): void {
    this.#aborted = true;
    this.#withdraw?.();
    this.#connection?.abort(this);
  }
}

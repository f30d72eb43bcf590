// A server: addresses, routes, and what happens to a request that no route answers or that fails.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Claim, Context, Definition, Lease, Life } from "../../engine/index.js";
import { defineModule } from "../../engine/index.js";
import { acquireListeners, claimOf, type Listeners } from "../../listeners/index.js";
import { durationMs, type ListenAddress, parseListen, printBinding } from "../../schema/index.js";
import { clientIpReader, peerTrust } from "./client-ip.js";
import { Door, type Served } from "./door.js";
import { answerError, asHttpError } from "./errors.js";
import { Exchange, HttpError, type ServerView } from "./exchange.js";
import { compileFieldFilter, type FieldFilter } from "./expected-fields.js";
import { expectsHttps, type WellKnownPorts } from "./expects-https.js";
import { Files, SHARED_FILES } from "./fileserver/files.js";
import { checkFraming } from "./framing.js";
import type { IpSource } from "./ip-sources.js";
import { type Limits, limitsOf } from "./limits.js";
import type { Next } from "./module.js";
import { provisionRoutes, type Routes, route } from "./routes.js";
import { type ServerConfig, ServerSchema } from "./server-schema.js";

/** An address that a server is to listen on. */
interface Wanted {
  readonly address: ListenAddress;
  /** The entry of `listen` that names it, perhaps among others: an entry can be a range of ports. */
  readonly entry: number;
}

/** A provisioned server. */
export interface HttpServer extends Life {
  /** The addresses it is bound to, once started: one for each that it wants. */
  readonly addresses: readonly string[];
  /** Those addresses, which no other server may have. */
  claims(): readonly Claim[];
  /** Whether whoever wrote the config may take it for an HTTPS server. */
  expectsHttps(ports: WellKnownPorts): boolean;
}

/** One entry of `servers`. */
export const server: Definition<ServerConfig, HttpServer> = defineModule({
  id: "http.server",
  summary: "Listens on addresses and routes the requests that come in.",
  schema: ServerSchema,
  provision: (config, context): HttpServer => new RunningServer(config, context),
});

class RunningServer implements HttpServer, Served, ServerView {
  readonly name: string;
  readonly log: Context["log"];
  readonly limits: Limits;
  readonly wanted: readonly Wanted[];
  readonly clientIp: (exchange: Exchange) => string;
  readonly trustsPeer: (exchange: Exchange) => boolean;
  readonly filter: FieldFilter;
  readonly #config: ServerConfig;
  readonly #context: Context;
  readonly #routes: Routes;
  readonly #errors: Routes | undefined;
  readonly #writeMs: number;
  readonly #doors: Lease<Door>[] = [];
  #listeners: Lease<Listeners> | undefined;
  #files: Lease<Files> | undefined;

  constructor(config: ServerConfig, context: Context) {
    this.#config = config;
    this.#context = context;
    this.name = context.path.at(-1) ?? "";
    this.log = context.log;
    this.limits = limitsOf(config);
    this.#writeMs = durationMs(config.write_timeout, 0);
    const [wanted, trusted, filter, routes, errors] = context.all<unknown>([
      () => addressesOf(config, context),
      () => trustedProxies(config, context),
      () => compileFieldFilter(config, context),
      () => provisionRoutes(context, config.routes ?? [], ["routes"]),
      () => errorRoutes(config, context),
      () => namedRoutes(config, context),
    ]) as [Wanted[], IpSource | undefined, FieldFilter, Routes, Routes | undefined];
    this.wanted = wanted;
    this.filter = filter;
    this.#routes = routes;
    this.#errors = errors;
    const trust = { trusted, unix: config.trusted_proxies_unix === true };
    this.trustsPeer = peerTrust(trust);
    this.clientIp = clientIpReader({
      ...trust,
      headers: config.client_ip_headers ?? ["X-Forwarded-For"],
      strict: (config.trusted_proxies_strict ?? 0) > 0,
    });
  }

  get addresses(): readonly string[] {
    return this.#doors.map((door) => door.value.bound);
  }

  claims(): readonly Claim[] {
    return this.wanted.flatMap(({ address, entry }, i) => {
      const name = claimOf(address);
      const acquired = this.#doors[i]?.value.bound;
      return name === undefined ? [] : [{ name, at: ["listen", String(entry)], acquired }];
    });
  }

  expectsHttps(ports: WellKnownPorts): boolean {
    const addresses = this.wanted.map(({ address }) => address);
    return expectsHttps(this.#config, addresses, ports);
  }

  get files(): Files {
    if (this.#files === undefined) throw new Error("the server has not been started");
    return this.#files.value;
  }

  async start(): Promise<void> {
    this.#files = await this.#context.share(SHARED_FILES, () => new Files(this.#context.clock));
    const listeners = await acquireListeners(this.#context);
    this.#listeners = listeners;
    for (const { address } of this.wanted) {
      const key = `http.door ${this.keyOf(address)}`;
      const open = () => Door.open(address, listeners.value);
      this.#doors.push(await this.#context.share(key, open));
    }
  }

  /** Names a door. Port 0 is a port of one's own, whoever else asks for one. */
  private keyOf(address: ListenAddress): string {
    const own = "port" in address && address.port === 0;
    return own ? `${printBinding(address)} of ${this.name}` : printBinding(address);
  }

  activate(): void {
    for (const door of this.#doors) door.value.serve(this);
  }

  async stop(cut: AbortSignal): Promise<void> {
    await Promise.all(this.#doors.map((door) => door.release(cut)));
    await this.#listeners?.release(cut);
    await this.#files?.release(cut);
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    let exchange: Exchange;
    try {
      checkFraming(request);
      exchange = new Exchange(this, request, response);
    } catch (error) {
      response.writeHead(asHttpError(error).status, { Connection: "close" }).end();
      return;
    }
    exchange.response.headers.set("Server", "graft");
    if (this.#writeMs > 0) this.limitWriting(exchange);
    // Node has seen to it that there is the field (RFC 9112, 3.2).
    if (exchange.hostport === "" && request.httpVersion === "1.1") {
      this.fail(exchange, new HttpError(400, "the Host is empty"));
    } else if (request.url === "*" && request.method === "OPTIONS") {
      // Asked of the server as a whole (RFC 9110, 9.3.7), and no route's business.
      exchange.response.send(200);
    } else this.run(exchange);
  }

  private run(exchange: Exchange): void {
    attempt(exchange, this.#routes, nothing, (error) => this.fail(exchange, error));
  }

  /** Let the error routes answer, and when they do not, answer with the bare status. */
  private fail(exchange: Exchange, thrown: unknown): void {
    const error = asHttpError(thrown);
    this.report(exchange, error);
    if (exchange.response.headSent || this.#errors === undefined) {
      this.answer(exchange, error);
      return;
    }
    exchange.error = error;
    exchange.restore();
    const bare: Next = () => answerError(exchange, exchange.error ?? error);
    attempt(exchange, this.#errors, bare, (second) => {
      this.report(exchange, asHttpError(second));
      this.answer(exchange, error);
    });
  }

  /** Answer with the bare status. Where even that cannot be said, the connection ends. */
  private answer(exchange: Exchange, error: HttpError): void {
    try {
      answerError(exchange, error);
    } catch (thrown) {
      this.report(exchange, asHttpError(thrown));
      exchange.response.raw.destroy();
    }
  }

  private report(exchange: Exchange, error: HttpError): void {
    const { method, uri, host } = exchange;
    const { status, id } = error;
    const fields = { server: this.name, method, host, uri, status, err_id: id };
    if (error.cause instanceof Error) {
      const { stack } = error.cause;
      this.log.error(error.message, { ...fields, ...exchange.spot?.facts, error: stack });
    } else if (status >= 500) {
      const { trace } = error;
      this.log.error(error.message, { ...fields, ...exchange.spot?.facts, err_trace: trace });
    } else this.log.debug(error.message, fields);
  }

  private limitWriting(exchange: Exchange): void {
    const { response, request } = exchange;
    const cancel = this.#context.clock.after(this.#writeMs, () => {
      // A connection that was taken over for a tunnel carries no answer any more.
      if (response.taken) return;
      if (response.headSent) response.abort();
      else request.socket.destroy();
    });
    response.raw.once("close", cancel);
  }
}

const nothing: Next = () => {};

/** Let routes answer. Whatever is thrown on the way, at once or later, goes to `failed`. */
function attempt(
  exchange: Exchange,
  routes: Routes,
  next: Next,
  failed: (thrown: unknown) => void,
): void {
  try {
    const running = routes.run(exchange, next);
    if (running === undefined) finish(exchange);
    else running.then(() => finish(exchange)).catch(failed);
  } catch (thrown) {
    failed(thrown);
  }
}

/** A request that nobody answered is answered empty; an error that nobody answered stays one. */
function finish(exchange: Exchange): void {
  const { response, error } = exchange;
  if (response.brokenOff) reportBrokenOff(exchange);
  if (!response.headSent && !response.taken && !response.ended) response.send(error?.status ?? 200);
}

function reportBrokenOff({ response, server, uri, spot }: Exchange): void {
  const declared = response.headers.get("content-length");
  const message = "breaking off: the body is not as long as its Content-Length says";
  server.log.warn(message, { ...spot?.facts, uri, declared });
}

function addressesOf(config: ServerConfig, context: Context): Wanted[] {
  const parsed = context.all(
    (config.listen ?? []).map((text, i) => () => {
      try {
        return parseListen(text).map((address) => ({ address, entry: i }));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        const hint = 'write "127.0.0.1:8080", or ":8080" for every interface';
        return context.fail(["listen", String(i)], message, hint);
      }
    }),
  );
  return parsed.flat();
}

function trustedProxies(config: ServerConfig, context: Context): IpSource | undefined {
  if (config.trusted_proxies === undefined) return undefined;
  return context.inline<IpSource>("http.ip_sources", "source", config.trusted_proxies, [
    "trusted_proxies",
  ]);
}

function errorRoutes(config: ServerConfig, context: Context): Routes | undefined {
  const nodes = config.errors?.routes;
  if (nodes === undefined || nodes.length === 0) return undefined;
  return provisionRoutes(context, nodes, ["errors", "routes"]);
}

/** Named routes are provisioned even if nobody invokes them, so that their errors are found. */
function namedRoutes(config: ServerConfig, context: Context): void {
  const tasks = Object.entries(config.named_routes ?? {}).map(([name, node]) => () => {
    context.part(route, node, ["named_routes", name]);
  });
  context.all<void>(tasks);
}

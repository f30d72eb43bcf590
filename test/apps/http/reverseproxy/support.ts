// A proxy in front of an upstream, without an engine: real sockets on both sides.

import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  ServerResponse,
} from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Exchange, HttpError } from "../../../../src/apps/http/exchange.js";
import * as matchers from "../../../../src/apps/http/matchers/index.js";
import type { Handler } from "../../../../src/apps/http/module.js";
import { bodyOf } from "../../../../src/apps/http/response.js";
import {
  reverseProxy,
  reverseProxyModules,
  type UpstreamStatus,
  upstreamStatuses,
} from "../../../../src/apps/http/reverseproxy/index.js";
import type { JsonObject } from "../../../../src/document/index.js";
import {
  type Context,
  type Definition,
  type Keepable,
  type Life,
  silentLog,
} from "../../../../src/engine/index.js";
import { Kept } from "../../../../src/engine/kept.js";
import { realClock } from "../../../../src/platform/index.js";
import { loneContext } from "../../../support/alone.js";
import { serverView } from "../../../support/server-view.js";

/** What proxies keep as the engine would keep it: until the last of them has stopped. */
export class Keeping {
  readonly #kept = new Map<string, Kept>();
  #users = 0;

  readonly keep: Context["keep"] = <T extends Keepable>(
    kind: string,
    name: string,
    open: () => T,
  ) => {
    const kept = (this.#kept.get(name) ?? new Kept(kind, name)) as Kept<T>;
    kept.holders = 1;
    this.#kept.set(name, kept);
    return () => kept.open(open);
  };

  /** One proxy more. Call what this returns when it has stopped. */
  enter(): () => void {
    this.#users++;
    return () => {
      if (--this.#users > 0) return;
      for (const kept of this.#kept.values()) kept.close();
      this.#kept.clear();
    };
  }

  statuses(): UpstreamStatus[] {
    return upstreamStatuses([...this.#kept].map(([name, { value }]) => [name, value]));
  }
}

/** A context in which the proxy finds its own modules. */
export function proxyContext(
  overrides: Partial<Context> = {},
): Context & { readonly keeping: Keeping } {
  const keeping = new Keeping();
  const modules = [...reverseProxyModules, ...Object.values(matchers)] as readonly Definition[];
  const known = new Map(modules.map((definition) => [definition.id, definition]));
  const make = (id: string, config: unknown) => {
    const definition = known.get(id);
    if (!definition) throw new Error(`unknown module ${id}`);
    return definition.provision(config, context) as never;
  };
  const context: Context = loneContext({
    clock: realClock,
    log: silentLog,
    keep: keeping.keep,
    inline(namespace, key, { [key]: name, ...rest }) {
      return make(`${namespace}.${name}`, rest);
    },
    named: <T extends Life>(namespace: string, name: string, node: unknown): T =>
      make(`${namespace}.${name}`, node),
    ...overrides,
  });
  return Object.assign(context, { keeping });
}

/** A proxy. */
export function proxyOf(config: JsonObject, context = proxyContext()): Handler {
  return reverseProxy.provision(config as never, context);
}

/** What is open in a test, closed at its end in reverse order. */
const cleanups: (() => unknown)[] = [];

/** Close everything that the test has opened; for `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const close of cleanups.splice(0).reverse()) await close();
}

/** Do this at the end of the test. */
export function atEnd(close: () => unknown): void {
  cleanups.push(close);
}

/** Listen on a free loopback port, until the end of the test. */
export async function listening(server: Server | ReturnType<typeof createTcpServer>) {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  atEnd(close);
  const { port } = server.address() as AddressInfo;
  const dial = `127.0.0.1:${port}`;
  return { port, dial, url: `http://${dial}`, sockets, close };
}

/** An upstream made with node's own server. */
export function upstream(listener: RequestListener) {
  return listening(createServer(listener));
}

/** An upstream that does with the bare connection what it likes. */
export function rawUpstream(onConnection: (socket: Socket) => void) {
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    onConnection(socket);
  });
  return listening(server);
}

/** An upstream that answers each request it hears of with these bytes. */
export function saying(answer: string | Buffer, then: (socket: Socket) => void = () => {}) {
  return rawUpstream((socket) =>
    socket.on("data", () => {
      socket.write(typeof answer === "string" ? Buffer.from(answer, "latin1") : answer);
      then(socket);
    }),
  );
}

/** A server whose only route is the handler. */
export async function serving(handler: Handler, onDone: (exchange: Exchange) => void = () => {}) {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const exchange = new Exchange(serverView, request, response);
    try {
      await handler.handle(exchange, () => {});
    } catch (error) {
      const { status, message } =
        error instanceof HttpError ? error : { status: 500, message: String(error) };
      if (!exchange.response.headSent) exchange.response.send(status, bodyOf(message));
    }
    onDone(exchange);
  };
  const server = createServer((request, response) => void answer(request, response));
  // As behind a door: who closes its side is not hung up on.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const response = new ServerResponse(request);
    response.assignSocket(socket as Socket);
    if (head.length > 0) socket.unshift(head);
    response.on("finish", () => socket.end());
    void answer(request, response);
  });
  return listening(server);
}

/** A proxy to these upstreams, and a server in front of it. */
export async function proxying(
  config: JsonObject,
  onDone?: (exchange: Exchange) => void,
  context = proxyContext(),
) {
  const handler = proxyOf(config, context);
  const leave = context.keeping.enter();
  const stop = async (cut = AbortSignal.abort()) => {
    const stopping = handler.stop?.(cut);
    leave();
    await stopping;
  };
  const server = await serving(handler, onDone);
  atEnd(() => handler.stop?.(AbortSignal.abort()));
  return { ...server, handler, stop, statuses: () => context.keeping.statuses() };
}

/** A proxy to one upstream. */
export function proxyingTo(dial: string, config: JsonObject = {}) {
  return proxying({ upstreams: [{ dial }], ...config });
}

/** Send bytes and collect all that comes back until the other side closes. */
export function rawExchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes, "latin1"));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => {});
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
  });
}

/** A promise, and what fulfils it. */
export function signal<T = void>() {
  let fire: (value: T) => void = () => {};
  const fired = new Promise<T>((resolve) => {
    fire = resolve;
  });
  return { fired, fire };
}

/** The field of a request that is the last on its connection. */
export const CLOSE = "Connection: close\r\n";

/** An upstream that tells what it was sent. */
export const mirror = () =>
  upstream((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers, rawTrailers } = request;
      response.end(
        JSON.stringify({
          method,
          url,
          headers,
          rawTrailers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
  });

/** What the mirror behind a proxy has seen of a request, given as bytes. */
export async function seen(bytes: string, config = {}) {
  const { dial } = await mirror();
  const { port } = await proxyingTo(dial, config);
  const answer = await rawExchange(port, bytes);
  return JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1));
}

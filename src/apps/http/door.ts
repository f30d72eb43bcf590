// A door is a bound address. It outlives generations: the server behind it changes while
// connections come in, and no connection notices.

import { chmod, unlink } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import { connect, Server as NetServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setImmediate } from "node:timers/promises";
import type { Shared } from "../../engine/index.js";
import { type ListenAddress, printListen } from "../../schema/index.js";

/** What serves the requests that come in at a door. */
export interface Served {
  serve(request: IncomingMessage, response: ServerResponse): void;
  readonly limits: Limits;
}

/** Limits of the connections at a door (milliseconds, bytes). 0 is none. */
export interface Limits {
  readonly readHeaderMs: number;
  readonly readMs: number;
  readonly idleMs: number;
  readonly maxHeaderBytes: number;
  readonly keepAliveMs: number;
}

/** How often node looks for connections that exceed their limits (milliseconds). */
const CHECK_MS = 1000;
/** How often a closing door looks for connections that have become idle (milliseconds). */
const CLOSING_MS = 50;

/** A bound address and the server behind it. */
export class Door implements Shared {
  readonly #server: Server;
  #served: Served | undefined;
  #opened: (() => void) | undefined;
  /** How many others have the address, or a part of it, in this one's place. */
  #heldBy = 0;
  #isClosing = false;
  /** The doors that made way for this one, until there is a server behind it. */
  #replaced: readonly Door[];
  /** Resolves when there is a server behind the door; requests that come earlier wait for it. */
  readonly #ready = new Promise<void>((resolve) => {
    this.#opened = resolve;
  });

  private constructor(
    readonly address: ListenAddress,
    replaced: readonly Door[],
  ) {
    this.#replaced = replaced;
    this.#server = createServer({
      connectionsCheckingInterval: CHECK_MS,
      // Two hosts come out as "a, b", which is no host; node would keep the first otherwise.
      joinDuplicateHeaders: true,
    });
    this.#server.on("request", (request, response) => this.enter(request, response));
    this.#server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (mayUpgrade(request)) this.enter(request, responseOn(request, socket as Socket, head));
      else this.readAgain(request, socket as Socket, head);
    });
    this.#server.on("connection", (socket) => this.greet(socket));
    // What hinders it from listening is told to whoever opens it.
    this.#server.on("error", () => {});
  }

  /**
   * Bind an address, in the place of doors that are in the way. They go on serving the connections
   * they have. Rejects when the address is in use or not ours; then they have theirs back.
   */
  static async open(address: ListenAddress, inTheWay: readonly Door[] = []): Promise<Door> {
    const door = new Door(address, inTheWay);
    if (address.network === "unix") await removeStale(address.path);
    // Right after the event loop took what was waiting, next to nothing is lost by closing.
    if (inTheWay.length > 0) await setImmediate();
    for (const one of inTheWay) one.makeWay();
    try {
      await door.listen();
    } catch (error) {
      await door.giveBack();
      throw error;
    }
    if (address.network === "unix" && address.mode !== undefined) {
      await chmod(address.path, address.mode);
    }
    return door;
  }

  /** Whether it takes no more connections. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** The address it is bound to, with the port that the system chose where it was 0. */
  get bound(): string {
    const bound = this.#server.address();
    if (bound === null || typeof bound === "string") return printListen(this.address);
    const host = bound.family === "IPv6" ? `[${bound.address}]` : bound.address;
    return `${host}:${bound.port}`;
  }

  /** Put a server behind the door. From here on it gets every new request. */
  serve(served: Served): void {
    const { limits } = served;
    this.#served = served;
    this.#replaced = [];
    this.#server.headersTimeout = limits.readHeaderMs;
    this.#server.requestTimeout = limits.readMs;
    this.#server.keepAliveTimeout = limits.idleMs;
    Object.assign(this.#server, { maxHeaderSize: limits.maxHeaderBytes });
    this.#opened?.();
  }

  /** Take no more connections; finish the requests under way, until `cut` aborts. */
  async close(cut: AbortSignal): Promise<void> {
    this.#isClosing = true;
    const closed = new Promise<void>((resolve) => this.stopListening(resolve));
    if (this.behind === undefined) this.#server.closeAllConnections();
    const givenBack = this.giveBack();
    const sweep = setInterval(() => this.#server.closeIdleConnections(), CLOSING_MS);
    const cutOff = () => this.#server.closeAllConnections();
    if (cut.aborted) cutOff();
    else cut.addEventListener("abort", cutOff, { once: true });
    await Promise.all([closed, givenBack]).finally(() => {
      clearInterval(sweep);
      cut.removeEventListener("abort", cutOff);
      // Ends its checks of connections, too.
      this.#server.close();
      // Whoever still knows this door keeps no version of the document by it.
      this.#served = undefined;
      this.#replaced = [];
    });
  }

  /** What serves: until a server is put behind it, that of a door in whose place this one is. */
  private get behind(): Served | undefined {
    return this.#served ?? this.#replaced[0]?.behind;
  }

  private makeWay(): void {
    if (this.#heldBy++ === 0) this.stopListening();
  }

  /**
   * Take no more connections. An HTTP server's own `close` would also end those that wait for a
   * request, and a connection that has just come has not sent its first yet.
   */
  private stopListening(drained?: () => void): void {
    NetServer.prototype.close.call(this.#server, drained);
  }

  /** Let those that made way for this door listen again, unless they close themselves. */
  private async giveBack(): Promise<void> {
    for (const door of this.#replaced) {
      if (--door.#heldBy === 0 && !door.#isClosing) await door.listen();
    }
  }

  private enter(request: IncomingMessage, response: ServerResponse): void {
    const served = this.behind;
    if (served) served.serve(request, response);
    else void this.#ready.then(() => this.#served?.serve(request, response));
  }

  /**
   * Node takes every request with an Upgrade field off its connection, also those that offer an
   * upgrade and can do without (curl offers h2c with any request, even one with a body). Such a
   * request is put back without the offer, and read like any other.
   */
  private readAgain(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.unshift(Buffer.concat([headWithoutUpgrade(request), head]));
    this.#server.emit("connection", socket);
  }

  private greet(socket: Socket): void {
    const keepAliveMs = this.#served?.limits.keepAliveMs ?? 0;
    if (keepAliveMs > 0) socket.setKeepAlive(true, keepAliveMs);
    // What goes wrong with a connection is told by the request on it, when there is one.
    socket.on("error", () => {});
  }

  private listen(): Promise<void> {
    const { address } = this;
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      const done = () => {
        this.#server.off("error", reject);
        resolve();
      };
      if (address.network === "unix") this.#server.listen(address.path, done);
      else if (address.network === "fd") this.#server.listen({ fd: address.fd }, done);
      else this.#server.listen({ ...tcpOptions(address), backlog: 4096 }, done);
    });
  }
}

function tcpOptions(address: Extract<ListenAddress, { port: number }>) {
  const { network, host, port } = address;
  if (network === "tcp4") return { port, host: host || "0.0.0.0" };
  if (network === "tcp6") return { port, host: host || "::", ipv6Only: true };
  return host === "" ? { port } : { port, host };
}

/** A socket file that nobody listens on is what a killed process left behind. */
async function removeStale(path: string): Promise<void> {
  const alive = await new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe.once("connect", () => resolve(true));
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code !== "ECONNREFUSED"));
    probe.once("close", () => probe.destroy());
    probe.unref();
    probe.on("connect", () => probe.destroy());
  });
  if (!alive) await unlink(path);
}

/** An upgrade request, answered like any other unless a handler takes the connection over. */
function responseOn(request: IncomingMessage, socket: Socket, head: Buffer): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  if (head.length > 0) socket.unshift(head);
  response.once("finish", () => {
    response.detachSocket(socket);
    socket.end();
  });
  return response;
}

/**
 * Whether a request can leave HTTP: it has no body, and asks for something that handlers know. Node
 * looks for a Host only in those that it reads as plain ones.
 */
function mayUpgrade({ headers }: IncomingMessage): boolean {
  if (headers.host === undefined) return false;
  const hasBody =
    headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  const protocols = (headers.upgrade ?? "").toLowerCase().split(/[\s,]+/);
  return !hasBody && !protocols.includes("h2c");
}

/** The bytes of a request's head, as they came, but for the offer to upgrade. */
function headWithoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    const value = rawHeaders[i + 1] as string;
    const lower = name.toLowerCase();
    if (lower === "upgrade" || lower === "http2-settings") continue;
    const left = lower === "connection" ? withoutUpgradeTokens(value) : value;
    if (left !== "") head += `${name}: ${left}\r\n`;
  }
  return Buffer.from(`${head}\r\n`, "latin1");
}

function withoutUpgradeTokens(connection: string): string {
  const offers = ["upgrade", "http2-settings"];
  const tokens = connection.split(",").map((token) => token.trim());
  return tokens.filter((token) => !offers.includes(token.toLowerCase())).join(", ");
}

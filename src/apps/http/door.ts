// A door is where connections come in. It outlives generations: the server behind it changes while
// connections come in, and no connection notices.

import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Shared } from "../../engine/index.js";
import type { ListenAddress } from "../../schema/index.js";
import type { Stand } from "./region.js";

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

/** An address, and the server behind it. Connections come to it from its region. */
export class Door implements Stand, Shared {
  /** The address with the port that the system chose where it was 0. */
  bound = "";
  readonly #server: Server;
  #served: Served | undefined;
  #opened: (() => void) | undefined;
  #connections = 0;
  #emptied: (() => void) | undefined;
  /** Resolves when there is a server behind the door; requests that come earlier wait for it. */
  readonly #ready = new Promise<void>((resolve) => {
    this.#opened = resolve;
  });

  constructor(
    readonly address: ListenAddress,
    readonly host: string,
    /** Resolves when no more connections will come. */
    private readonly leave: () => Promise<void>,
  ) {
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
    // It never listens itself; this is when node begins to look after a server's connections.
    this.#server.emit("listening");
  }

  get isServing(): boolean {
    return this.#served !== undefined;
  }

  /** Serve what comes in on a connection. */
  accept(socket: Socket): void {
    this.#connections++;
    socket.once("close", () => {
      if (--this.#connections === 0) this.#emptied?.();
    });
    this.#server.emit("connection", socket);
  }

  /** Put a server behind the door. From here on it gets every new request. */
  serve(served: Served): void {
    const { limits } = served;
    this.#served = served;
    this.#server.headersTimeout = limits.readHeaderMs;
    this.#server.requestTimeout = limits.readMs;
    this.#server.keepAliveTimeout = limits.idleMs;
    Object.assign(this.#server, { maxHeaderSize: limits.maxHeaderBytes });
    this.#opened?.();
  }

  /** Take no more connections; finish the requests under way, until `cut` aborts. */
  async close(cut: AbortSignal): Promise<void> {
    try {
      await this.leave();
    } finally {
      await this.drain(cut);
    }
  }

  private async drain(cut: AbortSignal): Promise<void> {
    // Nobody will answer what waits here if there never was a server.
    if (!this.isServing) this.#server.closeAllConnections();
    const sweep = setInterval(() => this.#server.closeIdleConnections(), CLOSING_MS);
    const cutOff = () => this.#server.closeAllConnections();
    if (cut.aborted) cutOff();
    else cut.addEventListener("abort", cutOff, { once: true });
    await this.emptied();
    clearInterval(sweep);
    cut.removeEventListener("abort", cutOff);
    // Ends its checks of connections, too.
    this.#server.close();
    // Whoever still knows this door keeps no version of the document by it.
    this.#served = undefined;
  }

  /** Resolves when its last connection is closed. */
  private async emptied(): Promise<void> {
    if (this.#connections === 0) return;
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
  }

  private enter(request: IncomingMessage, response: ServerResponse): void {
    if (this.#served) this.#served.serve(request, response);
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

// A door is where connections come in. It outlives generations: the server behind it changes while
// connections come in, and no connection notices.

import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Log, Shared } from "../../engine/index.js";
import { Inlet, type Listeners, type Listening, type Receiver } from "../../listeners/index.js";
import type { ListenAddress } from "../../schema/index.js";
import { answerOn, endGently } from "./answering.js";
import { inviteWhenRead } from "./expect.js";
import type { Limits } from "./limits.js";
import { refuseMisread } from "./misread.js";
import { reset } from "./response.js";
import { Stalls } from "./stalls.js";

/** What serves the requests that come in at a door. */
export interface Served {
  serve(request: IncomingMessage, response: ServerResponse): void;
  readonly limits: Limits;
  readonly log: Log;
}

/** How often node looks for connections that exceed their limits (milliseconds). */
const CHECK_MS = 1000;

/** An address, and the server behind it. */
export class Door implements Receiver, Shared {
  readonly #server: Server;
  readonly #inlet: Inlet;
  readonly #stalls = new Stalls(() => this.#inlet.connections);
  #listening: Listening | undefined;
  #served: Served | undefined;
  #opened: (() => void) | undefined;
  /** Resolves when there is a server behind the door; requests that come earlier wait for it. */
  readonly #ready = new Promise<void>((resolve) => {
    this.#opened = resolve;
  });

  private constructor() {
    this.#server = createServer({
      connectionsCheckingInterval: CHECK_MS,
      // Two hosts come out as "a, b", which is no host; node would keep the first otherwise.
      joinDuplicateHeaders: true,
    });
    // The bytes of a head are limited; node would keep the first thousand fields and lose the others.
    this.#server.maxHeadersCount = 0;
    this.#server.on("request", (request, response) => this.enter(request, response));
    this.#server.on("checkContinue", (request, response) => {
      inviteWhenRead(request, response);
      this.enter(request, response);
    });
    this.#server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (mayUpgrade(request)) this.takeOver(request, socket as Socket, head);
      else this.readAgain(request, socket as Socket, head);
    });
    // Answered like any other: no target of this kind is one that is served.
    this.#server.on("connect", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.takeOver(request, socket as Socket, head),
    );
    this.#server.on("clientError", refuseMisread);
    this.#inlet = new Inlet(this.#server, cutOff);
  }

  /** Bind an address. Rejects when it is in use by others or not ours; then all is as it was. */
  static async open(address: ListenAddress, listeners: Listeners): Promise<Door> {
    const door = new Door();
    try {
      door.#listening = await listeners.open(address, door);
    } catch (error) {
      door.#inlet.shut();
      throw error;
    }
    return door;
  }

  /** The address it is bound to, with the port that the system chose where it was 0. */
  get bound(): string {
    return this.#listening?.bound ?? "";
  }

  get isServing(): boolean {
    return this.#served !== undefined;
  }

  accept(socket: Socket): void {
    // Of a connection that was reset nobody could tell any more where it came from, and rules about
    // addresses would let pass what it sent. Once asked for, the address is known as long as it lives.
    const isLost = socket.remoteAddress === undefined && socket.localAddress !== undefined;
    if (isLost) {
      socket.destroy();
      return;
    }
    this.greet(socket);
    this.#inlet.accept(socket);
  }

  /** Put a server behind the door. From here on it gets every new request. */
  serve(served: Served): void {
    const { limits } = served;
    this.#served = served;
    this.#server.headersTimeout = limits.readHeaderMs;
    this.#server.requestTimeout = limits.readMs;
    this.#server.keepAliveTimeout = limits.idleMs;
    Object.assign(this.#server, { maxHeaderSize: limits.maxHeaderBytes });
    this.#stalls.watch(limits.pace, served.log);
    this.#opened?.();
  }

  /** Take no more connections; finish the requests under way, until `cut` aborts. */
  async close(cut: AbortSignal): Promise<void> {
    try {
      await this.#listening?.close();
    } finally {
      // Nobody will answer what waits here if there never was a server.
      if (!this.isServing) this.#server.closeAllConnections();
      await this.#inlet.drain(cut);
      this.#stalls.end();
      // Whoever still knows this door keeps no version of the document by it.
      this.#served = undefined;
    }
  }

  private enter(request: IncomingMessage, response: ServerResponse): void {
    if (this.#served) this.#served.serve(request, response);
    else void this.#ready.then(() => this.#served?.serve(request, response));
  }

  /** A request for which node has given up the connection. */
  private takeOver(request: IncomingMessage, socket: Socket, head: Buffer): void {
    afterAnswers(socket, () => this.enter(request, responseOn(request, socket, head)));
  }

  /**
   * Node takes every request with an Upgrade field off its connection, also those that offer an
   * upgrade and can do without (curl offers h2c with any request, even one with a body). Such a
   * request is put back without the offer, and read like any other.
   */
  private readAgain(request: IncomingMessage, socket: Socket, head: Buffer): void {
    // At once: after the end of what a client sends nothing can be put back.
    socket.unshift(Buffer.concat([headWithoutUpgrade(request), head]));
    afterAnswers(socket, () => this.#server.emit("connection", socket));
  }

  private greet(socket: Socket): void {
    const keepAliveMs = this.#served?.limits.keepAliveMs ?? 0;
    if (keepAliveMs > 0) socket.setKeepAlive(true, keepAliveMs);
    // What goes wrong with a connection is told by the request on it, when there is one.
    socket.on("error", () => {});
    // Requests that wait hear by it when their client leaves, and there may be many at once.
    socket.setMaxListeners(0);
  }
}

/** End a connection so that nobody takes the part of an answer on it for the whole. */
function cutOff(socket: Socket): void {
  const answer = answerOn(socket);
  if (answer?.headersSent && !answer.chunkedEncoding) reset(socket);
  else socket.destroy();
}

/** Do this when all that came before on a connection is answered, if it takes more answers then. */
function afterAnswers(socket: Socket, then: () => void): void {
  const before = answerOn(socket);
  if (before) before.once("close", () => afterAnswers(socket, then));
  else if (socket.writable) then();
  else socket.destroy();
}

/** An upgrade request, answered like any other unless a handler takes the connection over. */
function responseOn(request: IncomingMessage, socket: Socket, head: Buffer): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  if (head.length > 0) socket.unshift(head);
  response.once("finish", () => {
    response.detachSocket(socket);
    endGently(socket);
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
    const isConnection = lower === "connection";
    const left = isConnection ? withoutUpgradeTokens(value) : value;
    if (left !== "" || !isConnection) head += `${name}: ${left}\r\n`;
  }
  return Buffer.from(`${head}\r\n`, "latin1");
}

function withoutUpgradeTokens(connection: string): string {
  const offers = ["upgrade", "http2-settings"];
  const tokens = connection.split(",").map((token) => token.trim());
  return tokens.filter((token) => !offers.includes(token.toLowerCase())).join(", ");
}

// Connections on which nothing moves. A client that sends half a body and then nothing, or reads half
// an answer, costs it little and us a connection, a handler and perhaps an upstream. Only what is waited
// for can stand still: neither a body that no handler reads, nor an answer that is not made yet.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Log } from "../../engine/index.js";
import { answerOn } from "./answering.js";
import { reset } from "./response.js";

/** How fast bytes have to move in one direction, while they are waited for. */
export interface Speed {
  /** For how long they may stand still (milliseconds); 0 is no limit. */
  readonly stillMs: number;
  /** How many have to move in a second, on average, beyond that time; 0 is no limit. */
  readonly rate: number;
}

/** How fast a client has to be. */
export interface Pace {
  readonly read: Speed;
  readonly write: Speed;
}

/** How often connections are looked at, at the least (milliseconds). */
const CHECK_MS = 1000;

/** Paces of answers that are not those of their server. */
const own = new WeakMap<ServerResponse, Partial<Pace>>();

/** Have the client of this answer keep another pace than the server's. */
export function setPace(response: ServerResponse, pace: Partial<Pace>): void {
  own.set(response, { ...own.get(response), ...pace });
}

/** Ends connections whose clients do not keep pace. */
export class Stalls {
  readonly #moving = new WeakMap<ServerResponse, Moving>();
  #rule: { readonly pace: Pace; readonly log: Log } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #everyMs = 0;
  #lookedAt = 0;

  constructor(private readonly connections: () => Iterable<Socket>) {}

  /** From here on clients have to keep this pace. Said again at every reload. */
  watch(pace: Pace, log: Log): void {
    this.#rule = { pace, log };
    const limits = [pace.read.stillMs, pace.write.stillMs].filter((ms) => ms > 0);
    const everyMs = Math.min(CHECK_MS, ...limits.map((ms) => ms / 4));
    if (everyMs === this.#everyMs) return;
    clearInterval(this.#timer);
    this.#everyMs = everyMs;
    this.#lookedAt = performance.now();
    this.#timer = setInterval(() => this.#look(), everyMs).unref();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#rule = undefined;
  }

  #look(): void {
    const now = performance.now();
    // After a standstill of our own, what clients have sent meanwhile is still to be read.
    const elapsedMs = Math.min(now - this.#lookedAt, 2 * this.#everyMs);
    this.#lookedAt = now;
    for (const connection of this.connections()) {
      const socket = connection as WorkingSocket;
      const response = answerOn(socket);
      if (!response) continue;
      const moving = this.#moving.get(response);
      if (moving !== undefined) this.#judge(socket, response, moving, elapsedMs);
      else this.#moving.set(response, movingOn(socket));
    }
  }

  #judge(socket: WorkingSocket, response: Answer, moving: Moving, elapsedMs: number): void {
    if (this.#rule === undefined) return;
    const { pace, log } = this.#rule;
    const { read, write } = { ...pace, ...own.get(response) };
    const client = socket.remoteAddress;
    if (moving.out.isSlow(write, elapsedMs, socket.writableLength > 0, sentBy(socket))) {
      log.debug("breaking off: the client does not read the answer in time", { client });
      breakOff(socket, response);
    } else if (moving.in.isSlow(read, elapsedMs, isAwaited(response.req), socket.bytesRead)) {
      log.debug("breaking off: the body of the request does not come in time", { client });
      refuse(socket, response);
    }
  }
}

type Answer = ServerResponse<IncomingMessage>;

/** What node knows of a connection: what the system has taken, and has yet to take. */
interface WorkingSocket extends Socket {
  readonly _handle?: { readonly bytesWritten: number; readonly writeQueueSize: number } | null;
}

/** What moves on a connection, in either direction. */
interface Moving {
  readonly in: Meter;
  readonly out: Meter;
}

function movingOn(socket: WorkingSocket): Moving {
  return { in: new Meter(socket.bytesRead), out: new Meter(sentBy(socket)) };
}

/** How bytes have moved in one direction, as far as they were waited for. */
class Meter {
  readonly #first: number;
  #last: number;
  #waitedMs = 0;
  #stillMs = 0;

  constructor(count: number) {
    this.#first = count;
    this.#last = count;
  }

  /** Go on to the next moment. Whether they have been too slow up to it. */
  isSlow(speed: Speed, elapsedMs: number, isAwaited: boolean, count: number): boolean {
    const hasMoved = count !== this.#last;
    this.#last = count;
    this.#stillMs = hasMoved || !isAwaited ? 0 : this.#stillMs + elapsedMs;
    if (isAwaited) this.#waitedMs += elapsedMs;
    if (!isAwaited || speed.stillMs === 0) return false;
    if (speed.rate <= 0) return this.#stillMs >= speed.stillMs;
    return this.#waitedMs >= speed.stillMs + ((count - this.#first) / speed.rate) * 1000;
  }
}

/** How many bytes the system has taken. */
function sentBy({ _handle: handle }: WorkingSocket): number {
  return handle ? handle.bytesWritten - handle.writeQueueSize : 0;
}

/** Whether somebody waits for more of a body. */
function isAwaited(request: IncomingMessage): boolean {
  if (request.complete || request.readableFlowing === null) return false;
  if (request.readableLength > 0) return false;
  return !request.isPaused() || request.listenerCount("readable") > 0;
}

/** As node refuses a head that does not come in time. */
function refuse(socket: Socket, response: Answer): void {
  if (response.headersSent && !response.writableEnded) {
    breakOff(socket, response);
    return;
  }
  if (!response.headersSent)
    socket.write("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
  socket.destroySoon();
}

/** In HTTP/1.0 the end of a connection may be that of the answer, which this is not. */
function breakOff(socket: Socket, { req }: Answer): void {
  if (req.httpVersion === "1.0") reset(socket);
  else socket.destroy();
}

// Connections that switched protocols, such as WebSockets: bytes go both ways, unread. They belong
// to the proxy that made them, for as long as that one lives, whatever becomes of the requests
// around.

import type { Duplex } from "node:stream";
import type { Clock } from "../../../engine/index.js";

/** How long one side may take to finish after the other has. */
const LINGER_MS = 5000;

/**
 * WebSocket close frames, status 1001 (going away): a server's, and a client's, masked with zeros.
 */
const CLOSE_TO_CLIENT = Buffer.from([0x88, 0x02, 0x03, 0xe9]);
const CLOSE_TO_UPSTREAM = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9]);

/** The two ends of a tunnel. */
export interface TunnelEnds {
  readonly client: Duplex;
  readonly upstream: Duplex;
  /** The protocol in lower case. */
  readonly protocol: string;
  /** What the upstream has sent already. */
  readonly first: Buffer;
}

/** How to end a tunnel. */
interface Tunnel {
  /** With a goodbye that its protocol knows, if it is one we know. */
  close(): void;
  destroy(): void;
}

/** The tunnels of one proxy. */
export class Tunnels {
  #open: Set<Tunnel> | undefined;
  #onEmpty: (() => void) | undefined;
  #closing = false;

  constructor(
    private readonly clock: Clock,
    /** How long a tunnel may stay open; 0 is no limit. */
    private readonly timeoutMs: number,
  ) {}

  /** Splice two connections together until either end goes; then `onGone` is called. */
  open(ends: TunnelEnds, onGone: () => void): void {
    const { client, upstream, first } = ends;
    const timers: (() => void)[] = [];
    const linger = () => timers.push(this.clock.after(LINGER_MS, destroy));
    const destroy = () => {
      for (const cancel of timers.splice(0)) cancel();
      client.destroy();
      upstream.destroy();
      if (!this.#open?.delete(tunnel)) return;
      onGone();
      if (this.#open.size === 0) this.#onEmpty?.();
    };
    const close = () => {
      sayGoodbye(ends);
      linger();
    };
    const tunnel: Tunnel = { close, destroy };
    this.#open ??= new Set();
    this.#open.add(tunnel);
    if (this.timeoutMs > 0) timers.push(this.clock.after(this.timeoutMs, destroy));
    for (const end of [client, upstream]) {
      end.on("error", destroy).on("close", destroy).on("end", linger);
    }
    if (first.length > 0) client.write(first);
    client.pipe(upstream).pipe(client);
    if (this.#closing) close();
  }

  /** How many are open. */
  get count(): number {
    return this.#open?.size ?? 0;
  }

  /** Say goodbye to all, and close them, and those that come too late. */
  close(): void {
    this.#closing = true;
    for (const tunnel of this.#open ?? []) tunnel.close();
  }

  /** Close all without ado. */
  destroy(): void {
    for (const tunnel of this.#open ?? []) tunnel.destroy();
  }

  /** Resolves when none is open. */
  emptied(): Promise<void> {
    if (this.count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
    });
  }
}

function sayGoodbye({ client, upstream, protocol }: TunnelEnds): void {
  client.unpipe(upstream);
  upstream.unpipe(client);
  const knows = protocol === "websocket";
  client.end(knows ? CLOSE_TO_CLIENT : undefined);
  upstream.end(knows ? CLOSE_TO_UPSTREAM : undefined);
  // What they still send has nowhere to go; it is read so that their end is noticed.
  client.resume();
  upstream.resume();
}

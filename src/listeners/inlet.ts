// An HTTP server that does not listen: its connections are handed to it, and counted.

import { setMaxListeners } from "node:events";
import type { Server } from "node:http";
import type { Socket } from "node:net";

/** How often one that ends looks for connections that have become idle (milliseconds). */
const SWEEP_MS = 20;

/** The way into an HTTP server. */
export class Inlet {
  readonly #connections = new Set<Socket>();
  #emptied: (() => void) | undefined;

  /** `cutOff` ends a connection whose work is not done. */
  constructor(
    private readonly server: Server,
    private readonly cutOff: (socket: Socket) => void = (socket) => socket.destroy(),
  ) {
    // Who closes its side may read on: it is answered, and then closed. Node would hang up on it. That
    // it may as well have gone is known by the `end` of the socket.
    Object.assign(server, { httpAllowHalfOpen: true });
    // This is when node begins to look after the connections of a server.
    server.emit("listening");
  }

  /** Those that are open. */
  get connections(): ReadonlySet<Socket> {
    return this.#connections;
  }

  /** Serve what comes in on a connection. */
  accept(socket: Socket): void {
    this.#connections.add(socket);
    socket.once("close", () => {
      this.#connections.delete(socket);
      if (this.#connections.size === 0) this.#emptied?.();
    });
    this.server.emit("connection", socket);
  }

  /** Finish the requests under way, until `cut` aborts. Resolves when all connections are closed. */
  async drain(cut: AbortSignal): Promise<void> {
    const sweep = setInterval(() => this.server.closeIdleConnections(), SWEEP_MS);
    // Node knows nothing of those that it has handed on.
    const cutAll = () => {
      for (const socket of this.#connections) this.cutOff(socket);
    };
    setMaxListeners(0, cut); // as many as end together listen to it
    if (cut.aborted) cutAll();
    else cut.addEventListener("abort", cutAll, { once: true });
    await this.emptied();
    clearInterval(sweep);
    cut.removeEventListener("abort", cutAll);
    this.shut();
  }

  /** End what node does for a server that has no connections any more. */
  shut(): void {
    this.server.close();
  }

  private async emptied(): Promise<void> {
    if (this.#connections.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
  }
}

// A listener is an address that the system gave us. It knows nothing of HTTP: whoever it is told
// accepts what comes in.

import { chmod, stat, unlink } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { ListenAddress } from "../schema/index.js";

/** How many connections may wait until the event loop takes them. */
const BACKLOG = 4096;

/** A bound address. */
export class Listener {
  readonly #server: Server;
  #mode: number | undefined;

  private constructor(
    readonly address: ListenAddress,
    accept: (socket: Socket) => void,
  ) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
    // What hinders it from listening is told to whoever opens it; a connection that could not be
    // taken is its client's loss, and must not end the process.
    this.#server.on("error", () => {});
  }

  /** Bind an address. Rejects when it is in use or not ours. */
  static async open(address: ListenAddress, accept: (socket: Socket) => void): Promise<Listener> {
    const listener = new Listener(address, accept);
    if (address.network === "unix") await removeStale(address.path);
    await listener.listen();
    await listener.permit(address);
    return listener;
  }

  /** Let those use a unix socket whom the mode of this address lets. */
  async permit(address: ListenAddress): Promise<void> {
    if (address.network !== "unix" || address.mode === undefined) return;
    if (address.mode === this.#mode) return;
    await chmod(address.path, address.mode);
    this.#mode = address.mode;
  }

  /** The host and port it is bound to; undefined where there are none, as at a unix socket. */
  get bound(): { readonly host: string; readonly port: number } | undefined {
    const bound = this.#server.address();
    if (bound === null || typeof bound === "string") return undefined;
    return { host: bound.address, port: bound.port };
  }

  /** Take no more connections, from now on. Those that came in are not touched. */
  close(): void {
    this.#server.close();
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
      else this.#server.listen({ ...tcpOptions(address), backlog: BACKLOG }, done);
    });
  }
}

function tcpOptions(address: Extract<ListenAddress, { port: number }>) {
  const { network, host, port } = address;
  if (network === "tcp4") return { port, host: host || "0.0.0.0" };
  if (network === "tcp6") return { port, host: host || "::", ipv6Only: true };
  return host === "" ? { port } : { port, host };
}

/**
 * A socket that nobody listens on is what a killed process left behind. Connecting to an ordinary
 * file is refused in the same way, and that one is not ours to remove.
 */
async function removeStale(path: string): Promise<void> {
  const isSocket = await stat(path).then(
    (found) => found.isSocket(),
    () => false,
  );
  if (!isSocket) return;
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

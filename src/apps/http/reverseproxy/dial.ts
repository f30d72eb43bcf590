// Opens a socket to an upstream: TCP, a unix socket, or either with TLS on it.

import { connect, type OnReadOpts, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Clock } from "../../../engine/index.js";
import type { DialAddress, LocalAddress } from "./address.js";
import { UpstreamError } from "./errors.js";

/** How to open a socket. */
export interface DialOptions {
  readonly timeoutMs: number;
  /** How often the kernel asks an idle peer whether it is alive; 0 is never. */
  readonly probeMs: number;
  /** After how long the next address of a name is tried; 0 is node's own time, less is never. */
  readonly fallbackMs: number;
  readonly local?: LocalAddress;
  readonly tls?: TlsOptions;
}

/** How to speak TLS with an upstream. */
export interface TlsOptions {
  /** Expected in the certificate; empty for the host that is dialled. */
  readonly serverName: string;
  readonly insecureSkipVerify: boolean;
  /** For the handshake alone; 0 is no limit of its own. */
  readonly handshakeMs: number;
}

/** Called once: with a socket, with an error, or with neither when it was taken back. */
export type Dialled = (socket: Socket | undefined, error?: UpstreamError) => void;

/** Open a socket. The returned function takes that back, and calls `done` if it was not yet. */
export function dial(
  address: DialAddress,
  options: DialOptions,
  onread: OnReadOpts,
  clock: Clock,
  done: Dialled,
): () => void {
  const { tls } = options;
  const way = { ...target(address), ...ways(options), onread };
  const socket = tls ? openTls(address, way, tls) : connect({ ...way, noDelay: true });
  let finished = false;
  const finish = (error?: UpstreamError, withdrawn = false) => {
    if (finished) return;
    finished = true;
    cancelTimer();
    if (error || withdrawn) socket.on("error", () => {}).destroy();
    else socket.removeAllListeners("error");
    done(error || withdrawn ? undefined : socket, error);
  };
  const late = () => finish(dialError(address, "no connection in time"));
  const cancelTimer = clock.after(dialMs(options), late);
  socket.once(tls ? "secureConnect" : "connect", () => finish());
  socket.once("error", (cause) => finish(dialError(address, cause.message, cause)));
  return () => finish(undefined, true);
}

function openTls(address: DialAddress, way: object, tls: TlsOptions): Socket {
  const { serverName, insecureSkipVerify } = tls;
  const name = serverName || address.host;
  return connectTls({
    ...way,
    ALPNProtocols: ["http/1.1"],
    rejectUnauthorized: !insecureSkipVerify,
    // An IP address is checked against the certificate, but never sent as a server name.
    ...(isName(name) ? { servername: name } : {}),
  }).setNoDelay(true);
}

function target({ network, host, port }: DialAddress) {
  if (network === "unix") return { path: host };
  const family = network === "tcp4" ? 4 : network === "tcp6" ? 6 : undefined;
  return { host: host || "localhost", port, ...(family ? { family } : {}) };
}

function ways({ probeMs, fallbackMs, local }: DialOptions) {
  return {
    ...(probeMs > 0 ? { keepAlive: true, keepAliveInitialDelay: probeMs } : {}),
    ...(fallbackMs > 0 ? { autoSelectFamilyAttemptTimeout: Math.ceil(fallbackMs) } : {}),
    ...(fallbackMs < 0 ? { autoSelectFamily: false } : {}),
    ...local,
  };
}

function dialMs({ timeoutMs, tls }: DialOptions): number {
  return timeoutMs + (tls?.handshakeMs ?? 0);
}

function isName(host: string): boolean {
  return host !== "" && !host.includes(":") && !host.includes("/") && !/^[0-9.]+$/.test(host);
}

function dialError(address: DialAddress, reason: string, cause?: Error): UpstreamError {
  return new UpstreamError("dial", `dial ${address.text}: ${reason}`, { cause });
}

// An admin server on a port of its own, over a fake door, and short ways to ask it something.

import { request as httpRequest } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { json5 } from "../../adapters/json5/index.js";
import { yaml } from "../../adapters/yaml/index.js";
import { type AdminServerOptions, createAdminServer, guardRules } from "../../src/admin/index.js";
import type { Json } from "../../src/document/index.js";
import { type Clock, silentLog } from "../../src/engine/index.js";
import { type FakeDoor, fakeDoor } from "./fake-door.js";

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly json: Json | undefined;
}

/** What is sent. */
export interface Ask {
  /** A value to send as JSON. */
  readonly json?: Json;
  /** Or a body as it is. */
  readonly text?: string | Buffer;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A running admin server. */
export interface TestAdmin {
  readonly door: FakeDoor;
  readonly port: number;
  /** How often `/stop` was asked for. */
  readonly stops: () => number;
  ask(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** A bare connection, and all that came over it so far. */
  raw(
    text: string | Buffer,
  ): Promise<{ socket: Socket; received: () => string; closed: Promise<void> }>;
  close(): Promise<void>;
}

/** A clock that runs as real time does. */
export const realClock: Clock = {
  now: Date.now,
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  every(ms, run) {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
};

/** Start an admin server onto `document`. */
export async function startAdmin(
  document: Json = null,
  overrides: Partial<AdminServerOptions> = {},
): Promise<TestAdmin> {
  const door = fakeDoor(document);
  let stops = 0;
  let port = 0;
  const server = createAdminServer({
    door,
    adapters: [json5, yaml],
    metrics: { contentType: "text/plain; version=0.0.4", metrics: async () => "up 1\n" },
    upstreams: () => [{ address: "127.0.0.1:1", num_requests: 0, fails: 0 }],
    stop: () => {
      stops++;
    },
    clock: realClock,
    log: silentLog,
    rules: () => guardRules({ network: "tcp", host: "127.0.0.1", port }),
    ...overrides,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  return {
    door,
    port,
    stops: () => stops,
    ask: (method, path, sent) => ask(port, method, path, sent),
    raw: (text) => raw(port, text),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Send one request, body and headers as given, and read the answer. */
export function ask(port: number, method: string, path: string, sent: Ask = {}): Promise<Answer> {
  const { json, text, headers } = sent;
  const body = json === undefined ? text : JSON.stringify(json);
  const type = sent.type ?? (json === undefined ? undefined : "application/json");
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        port,
        host: "127.0.0.1",
        method,
        path,
        headers: { ...(type ? { "Content-Type": type } : {}), ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("error", reject).on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as Answer["headers"],
            text,
            json: parse(text),
          });
        });
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

async function raw(port: number, text: string | Buffer) {
  const socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", () => {});
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  socket.write(text);
  return { socket, received: () => Buffer.concat(chunks).toString(), closed };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

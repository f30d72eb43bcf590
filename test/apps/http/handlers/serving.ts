// Handlers on a real socket: a server that runs a chain of them, and what a client gets from it.

import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { Exchange, HttpError } from "../../../../src/apps/http/exchange.js";
import type { Handler, Next } from "../../../../src/apps/http/module.js";
import { bodyOf } from "../../../../src/apps/http/response.js";
import { serverView } from "../../../support/server-view.js";

/** What a client asks for. */
export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** What a client got. */
export interface Got {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** Interim answers that came before. */
  readonly hints: readonly IncomingMessage["headers"][];
}

/** Send one request through a chain. What nobody answers is a 404; an `HttpError` its status. */
export async function ask(chain: readonly Handler[], asked: Asked = {}): Promise<Got> {
  const server = createServer((incoming, outgoing) => {
    const exchange = new Exchange(serverView, incoming, outgoing);
    void run(chain, exchange);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await get((server.address() as AddressInfo).port, asked);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Look at the exchange of one request while it is open. */
export async function during<T>(asked: Asked, look: (exchange: Exchange) => T): Promise<T> {
  let seen: { readonly value: T } | undefined;
  const got = await ask([doing((exchange) => (seen = { value: look(exchange) }))], asked);
  if (seen === undefined) throw new Error(`the look failed: ${got.body}`);
  return seen.value;
}

/** A handler that does something, then passes on. */
export function doing(act: (exchange: Exchange) => unknown): Handler {
  return {
    handle(exchange, next) {
      act(exchange);
      return next(exchange);
    },
  };
}

/** A handler that answers with what it finds in the exchange. */
export function telling(tell: (exchange: Exchange) => string): Handler {
  return { handle: (exchange) => exchange.response.send(200, bodyOf(tell(exchange))) };
}

async function run(chain: readonly Handler[], exchange: Exchange): Promise<void> {
  try {
    await nextOf(chain, 0)(exchange);
    const { response } = exchange;
    if (!response.headSent && !response.raw.destroyed) response.send(404);
  } catch (error) {
    const status = error instanceof HttpError ? error.status : 500;
    const text = error instanceof Error ? error.message : String(error);
    exchange.response.send(status, bodyOf(text));
  }
}

function nextOf(chain: readonly Handler[], at: number): Next {
  const handler = chain[at];
  return handler ? (exchange) => handler.handle(exchange, nextOf(chain, at + 1)) : () => {};
}

function get(port: number, { method = "GET", path = "/", headers = {} }: Asked): Promise<Got> {
  return new Promise((resolve, reject) => {
    const hints: IncomingMessage["headers"][] = [];
    const sent = request({
      port,
      host: "127.0.0.1",
      method,
      path,
      agent: false,
      headers: { Host: "example.com", ...headers },
    });
    sent.on("information", (info) => hints.push(info.headers));
    sent.on("error", reject);
    sent.on("response", (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          rawHeaders: answer.rawHeaders,
          body: Buffer.concat(chunks).toString(),
          hints,
        }),
      );
    });
    sent.end();
  });
}

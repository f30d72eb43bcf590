// A Graft that serves on loopback, for tests that talk to it over real sockets.

import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { HttpApp } from "../../src/apps/http/app.js";
import type { Json } from "../../src/document/index.js";
import { createGraft, type Graft, type GraftOptions } from "../../src/graft.js";

/** What came back for a request. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How a request is made. */
export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The loopback address to ask at; 127.0.0.1. */
  readonly host?: string;
}

/** A running Graft and a client for it. */
export interface Serving {
  readonly graft: Graft;
  /** `127.0.0.1:port` of the server. */
  readonly address: string;
  readonly port: number;
  readonly url: string;
  get(path: string, ask?: Ask): Promise<Answer>;
  /** Replace the routes. */
  load(routes: Json, server?: Json): Promise<void>;
  stop(): Promise<void>;
}

/** A document with one server, `srv`, on a port that the system chooses. */
export function serverDocument(routes: Json, server: Json = {}): Json {
  const srv = { listen: ["127.0.0.1:0"], ...(server as object), routes } as unknown as Json;
  return { apps: { http: { servers: { srv } } } };
}

/** Serve routes. Whoever calls this calls `stop`. */
export async function serving(
  routes: Json,
  options: GraftOptions & { server?: Json } = {},
): Promise<Serving> {
  const { server = {}, ...rest } = options;
  const graft = await createGraft({ document: serverDocument(routes, server), ...rest });
  const [address = ""] = graft.app<HttpApp>("http")?.addresses().srv ?? [];
  const port = Number(address.split(":").at(-1));
  return {
    graft,
    address,
    port,
    url: `http://${address}`,
    get: (path, asked) => ask(port, path, asked),
    load: async (next, nextServer = server) => {
      await graft.load(serverDocument(next, nextServer));
    },
    stop: async () => {
      await graft.stop();
    },
  };
}

/** One request to a loopback port, on a connection of its own. */
export function ask(port: number, path: string, options: Ask = {}): Promise<Answer> {
  const { method = "GET", headers = {}, body, host = "127.0.0.1" } = options;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

// Requests without sockets: what the matcher tests ask with.

import type { IncomingMessage, ServerResponse } from "node:http";
import { Exchange } from "../../../../src/apps/http/exchange.js";
import { serverView } from "../../../support/server-view.js";

/** What a test wants to say of a request; the rest is a plain GET of `/` from 192.0.2.1. */
export interface Asked {
  readonly method?: string;
  readonly url?: string;
  readonly host?: string;
  /** Name, value, name, value …, as they came. */
  readonly headers?: readonly string[];
  readonly remoteIp?: string;
  readonly clientIp?: string;
  readonly version?: `${number}.${number}`;
  readonly tls?: boolean;
}

/** An exchange as the server would have made it. */
export function asking(asked: Asked = {}): Exchange {
  const { host = "a.example", headers = [], remoteIp = "192.0.2.1", version = "1.1" } = asked;
  const [major, minor] = version.split(".").map(Number);
  const request = {
    method: asked.method ?? "GET",
    url: asked.url ?? "/",
    headers: { host },
    rawHeaders: ["Host", host, ...headers],
    httpVersion: version,
    httpVersionMajor: major,
    httpVersionMinor: minor,
    socket: { remoteAddress: remoteIp, ...(asked.tls ? { encrypted: true } : {}) },
  };
  const server = { ...serverView, clientIp: () => asked.clientIp ?? remoteIp };
  return new Exchange(server, request as unknown as IncomingMessage, {} as ServerResponse);
}

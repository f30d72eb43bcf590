// Who the client is, when trusted proxies stand in between.

import { parseIp, printIp } from "./cidr.js";
import type { Exchange } from "./exchange.js";
import type { IpSource } from "./ip-sources.js";

/** How a server finds out the client's address. */
export interface ClientIpOptions {
  /** The proxies whose headers are believed. */
  readonly trusted: IpSource | undefined;
  /** The fields to read, in order. */
  readonly headers: readonly string[];
  /** Read from right to left, and take the first address that is no trusted proxy. */
  readonly strict: boolean;
}

/** A function that tells the client's address; the peer's own, when it is not trusted. */
export function clientIpReader(options: ClientIpOptions): (exchange: Exchange) => string {
  const { trusted, headers, strict } = options;
  if (trusted === undefined) return (exchange) => exchange.remoteIp;
  return (exchange) => {
    const peer = exchange.remoteIp;
    if (!trusted.contains(peer)) return peer;
    for (const name of headers) {
      const addresses = exchange.headers
        .values(name)
        .flatMap((value) => value.split(","))
        .flatMap((text) => addressIn(text.trim()));
      const found = strict
        ? addresses.findLast((address) => !trusted.contains(address))
        : addresses[0];
      if (found !== undefined) return found;
    }
    return peer;
  };
}

/** The address in a list's entry, however it is spelled there; nothing for what is none. */
function addressIn(text: string): readonly string[] {
  const [ip = ""] = withoutPort(text).split("%", 1);
  const words = parseIp(ip);
  return words === undefined ? [] : [printIp(words)];
}

function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text);
  if (bracketed) return bracketed[1] as string;
  return /^[\d.]+:\d+$/.test(text) ? text.slice(0, text.indexOf(":")) : text;
}

// Who the client is, when trusted proxies stand in between.

import { parseIp, printIp } from "./cidr.js";
import type { Exchange } from "./exchange.js";
import type { IpSource } from "./ip-sources.js";

/** Which peers are proxies whose headers are believed. */
export interface Trust {
  readonly trusted: IpSource | undefined;
  /** Whether those are that connect to a unix socket; they have no address. */
  readonly unix: boolean;
}

/** A function that says whether the peer is such a proxy. */
export function peerTrust({ trusted, unix }: Trust): (exchange: Exchange) => boolean {
  if (trusted === undefined && !unix) return () => false;
  return ({ remoteIp }) => (remoteIp === "" ? unix : (trusted?.contains(remoteIp) ?? false));
}

/** How a server finds out the client's address. */
export interface ClientIpOptions extends Trust {
  /** The fields to read, in order. */
  readonly headers: readonly string[];
  /** Read from right to left, and take the first address that is no trusted proxy. */
  readonly strict: boolean;
}

/** A function that tells the client's address; the peer's own, when it is not trusted. */
export function clientIpReader(options: ClientIpOptions): (exchange: Exchange) => string {
  const { trusted, headers, strict } = options;
  const isTrusted = peerTrust(options);
  return (exchange) => {
    const peer = exchange.remoteIp;
    if (!isTrusted(exchange)) return peer;
    for (const name of headers) {
      const addresses = exchange.headers
        .values(name)
        .flatMap((value) => value.split(","))
        .flatMap((text) => addressIn(text.trim()));
      const found = strict
        ? addresses.findLast((address) => !trusted?.contains(address))
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

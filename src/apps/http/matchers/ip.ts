// The `remote_ip` and `client_ip` matchers: the peer itself, or whom trusted proxies speak for.

import { Type } from "../../../schema/index.js";
import { Ranges, readRanges } from "../ip-sources.js";
import { defineMatcher } from "../module.js";

const schema = Type.Object({ ranges: Type.Optional(Ranges) }, { additionalProperties: false });

/** Matches the address at the other end of the connection. */
export const remoteIp = defineMatcher({
  name: "remote_ip",
  stateless: true,
  summary: "Matches by the address at the other end of the connection.",
  schema,
  provision({ ranges = [] }, context) {
    const set = readRanges(ranges, context);
    return { match: (exchange) => set.contains(exchange.remoteIp) };
  },
});

/** Matches the client's address, behind the proxies that the server trusts. */
export const clientIp = defineMatcher({
  name: "client_ip",
  stateless: true,
  summary: "Matches by the address of the client, behind proxies that the server trusts.",
  schema,
  provision({ ranges = [] }, context) {
    const set = readRanges(ranges, context);
    return { match: (exchange) => set.contains(exchange.clientIp) };
  },
});

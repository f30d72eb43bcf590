// The upstreams of a proxy. The document has one transport for all of them, so they have to agree
// on how to be spoken to.

import { type JsonObject, ParseError } from "../../../../src/document/index.js";
import type { Line } from "../../line.js";
import type { Token } from "../../syntax/token.js";
import { parseUpstream, type UpstreamAddress } from "./upstream-address.js";

/** The upstreams of a proxy, and the scheme they have in common. */
export interface Upstreams {
  readonly list: readonly JsonObject[];
  /** `http`, `https`, `h2c`, or empty when no address says. */
  readonly scheme: string;
  /** The address that the scheme is from. */
  readonly token: Token | undefined;
}

/** Read the addresses of the line itself, and those of its `to` lines. */
export function readUpstreams(line: Line, block: readonly Line[]): Upstreams {
  const to = block.filter(({ directive }) => directive === "to");
  const tokens = [...line.remaining(), ...to.flatMap(addressesOf)];
  const list: JsonObject[] = [];
  let scheme = "";
  for (const token of tokens) {
    const upstream = inContext(token, () => agreeing(parseUpstream(token), scheme, token));
    for (const dial of upstream.dial) list.push(line.mark({ dial }, token));
    scheme = upstream.scheme;
  }
  return { list, scheme, token: tokens.at(-1) };
}

// to <upstreams...>
function addressesOf(line: Line): readonly Token[] {
  const tokens = line.expectRemaining("an upstream");
  line.expectEnd();
  return tokens;
}

function agreeing(upstream: UpstreamAddress, scheme: string, token: Token): UpstreamAddress {
  if (scheme === "" || upstream.scheme === scheme) return upstream;
  return token.fail(
    `for now, all proxy upstreams must use the same scheme (transport protocol); expecting '${scheme}://' but got '${upstream.scheme}://'`,
  );
}

function inContext<Result>(token: Token, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new ParseError(`parsing upstream '${token.text}': ${error.reason}`, error.place);
  }
}

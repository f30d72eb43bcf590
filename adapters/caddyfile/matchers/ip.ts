// remote_ip <ranges...>
// client_ip <ranges...>

import type { JsonObject } from "../../../src/document/index.js";
import { defineMatcher } from "../define.js";
import { omitEmpty } from "../json.js";
import { expandRanges } from "../private-ranges.js";
import type { Token } from "../syntax/token.js";
import { argumentsOf } from "./plain.js";

/** Matches the address that a connection comes from, by addresses and networks. */
export const remoteIp = defineMatcher("remote_ip", (lines) => {
  const ranges = argumentsOf(lines);
  const forwarded = ranges.find((token) => token.text === "forwarded");
  forwarded?.fail(
    "the 'forwarded' option is no longer supported; use the 'client_ip' matcher instead",
  );
  return matcherOf(ranges);
});

/** Matches the address of the client, which trusted proxies may have told. */
export const clientIp = defineMatcher("client_ip", (lines) => matcherOf(argumentsOf(lines)));

function matcherOf(ranges: readonly Token[]): JsonObject {
  return omitEmpty({ ranges: expandRanges(ranges.map((token) => token.text)) });
}

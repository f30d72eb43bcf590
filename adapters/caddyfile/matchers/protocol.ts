// protocol http|https|grpc|http/<version>[+]

import { defineMatcher } from "../define.js";
import type { Line } from "../line.js";
import { refuseBlock, warnOfRest } from "./plain.js";

/** Matches the protocol of a request. */
export const protocol = defineMatcher("protocol", (lines) => {
  warnOfRest(lines, "only the last protocol counts");
  return lines.map(readProtocol).at(-1) ?? "";
});

function readProtocol(line: Line): string {
  const protocol = line.argument() ?? line.fail("expected exactly one protocol");
  if (line.count > 0) line.expectArgument().fail("expected exactly one protocol");
  refuseBlock(line);
  return protocol.text;
}

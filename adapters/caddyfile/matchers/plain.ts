// What the lines of simple matchers have in common.

import type { Json } from "../../../src/document/index.js";
import type { Line } from "../line.js";
import type { Token } from "../syntax/token.js";

/** The arguments of all lines as one list; null when there are none, as in Caddy. */
export function listOf(lines: readonly Line[]): Json {
  const texts = argumentsOf(lines).map((token) => token.text);
  return texts.length > 0 ? texts : null;
}

/** The arguments of all lines, none of which may have a block. */
export function argumentsOf(lines: readonly Line[]): readonly Token[] {
  return lines.flatMap((line) => {
    const tokens = line.remaining();
    refuseBlock(line);
    return tokens;
  });
}

/** Refuse a block behind a matcher that has none. */
export function refuseBlock(line: Line): void {
  if (line.hasBlock) line.fail(`malformed ${line.directive} matcher: blocks are not supported`);
}

/** Say that a matcher counts once in a set, when it stands there more often. */
export function warnOfRest(lines: readonly Line[], advice: string): void {
  for (const line of lines.slice(1)) line.warn(`is written twice in one set: ${advice}`);
}

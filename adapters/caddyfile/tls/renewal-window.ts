// Which part of a certificate's lifetime is left when it is renewed.

import type { Line } from "../line.js";

/** Take a ratio between 0 and 1. */
export function expectRatio(line: Line): number {
  const token = line.expectArgument("a ratio, such as 0.33");
  const ratio = Number(token.text);
  if (token.text.trim() === "" || Number.isNaN(ratio)) {
    token.fail(`parsing renewal_window_ratio: invalid number '${token.text}'`);
  }
  if (ratio > 0 && ratio < 1) return ratio;
  return token.fail("renewal_window_ratio must be between 0 and 1 (exclusive)");
}

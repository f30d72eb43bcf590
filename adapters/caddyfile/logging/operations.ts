// One of several regular expressions for one field of the log. Each of them costs time for each
// line that is logged, so that there are limits.

import type { JsonObject } from "../../../src/document/index.js";
import { byteLength } from "../compare.js";
import type { Token } from "../syntax/token.js";

/** So many regular expressions may be applied to one field. */
const MAX_OPERATIONS = 50;

/** So many bytes may a regular expression have. */
const MAX_BYTES = 1000;

/** Refuse an operation that is one too many, or whose expression is empty or too long. */
export function expectOperation(token: Token, { regexp }: JsonObject, index: number): void {
  const pattern = typeof regexp === "string" ? regexp : "";
  if (index >= MAX_OPERATIONS) {
    token.fail(`too many regexp operations (maximum ${MAX_OPERATIONS} allowed)`);
  }
  if (pattern === "") token.fail("regexp pattern cannot be empty");
  if (byteLength(pattern) > MAX_BYTES) {
    token.fail(`regexp pattern too long (maximum ${MAX_BYTES} characters)`);
  }
}

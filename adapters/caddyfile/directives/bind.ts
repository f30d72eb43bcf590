// bind <address...> {
//     protocols <protocol...>
// }

import type { BindContribution } from "../contribution.js";
import { defineDirective } from "../define.js";
import type { Line } from "../line.js";

/** Says on which addresses the site is served, and with which versions of HTTP. */
export const bind = defineDirective("bind", (line) => ({ bind: readBind(line) }));

/** Read addresses, and a block that says for which protocols they are. */
export function readBind(line: Line): BindContribution["bind"] {
  const addresses = line.remainingTexts();
  let protocols: readonly string[] = [];
  for (const inner of line.block()) {
    if (inner.directive !== "protocols") {
      inner.name.fail(`unknown subdirective: ${inner.directive}`);
    }
    if (inner.count === 0) inner.name.fail("protocols requires one or more arguments");
    protocols = inner.remainingTexts();
    inner.expectEnd();
  }
  return { addresses, protocols };
}

// ech <public_names...> {
//     dns <provider> ...
// }

import type { JsonObject } from "../../../src/document/index.js";
import { defineOption } from "../define.js";

/** Encrypts the names that clients send, behind public ones; and where that is published. */
export const ech = defineOption("ech", (line) => {
  const names = line.expectRemaining("a public name").map(({ text }) => text);
  const publication: JsonObject[] = [];
  for (const inner of line.block()) {
    if (inner.directive !== "dns") {
      inner.name.fail(`ech: unrecognized subdirective '${inner.directive}'`);
    }
    const provider = inner.inlineModule("dns.providers", "name");
    inner.expectEnd();
    publication.push(inner.mark({ configs: names, publishers: { dns: { provider } } }));
  }
  return {
    ech: {
      configs: names.map((name) => ({ public_name: name })),
      ...(publication.length > 0 ? { publication } : {}),
    },
  };
});

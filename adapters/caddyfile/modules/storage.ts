// Where certificates and the like are kept: `storage <module> …`.

import { defineModule } from "../define.js";
import { readFields } from "../fields.js";
import type { ModuleSyntax } from "../line.js";

// file_system [<root>] {
//     root <path>
// }
const fileSystem = defineModule("caddy.storage.file_system", (line) => {
  let root = line.argument()?.text ?? "";
  line.expectEndOfLine();
  const table = {
    root(inner: typeof line) {
      const path = inner.expectArgument("a path");
      if (root !== "") path.fail("root already set");
      root = path.text;
      return {};
    },
  };
  readFields(line, table, (name) => `unrecognized parameter '${name}'`);
  if (root !== "") return { root };
  return line.fail("missing root path (to use default, omit storage config entirely)");
});

/** The kinds of storage. */
export const storages: readonly ModuleSyntax[] = [fileSystem];

// What takes log entries in place of a writer and an encoder: `core <core> …`.

import { defineModule } from "../define.js";
import type { ModuleSyntax } from "../line.js";

// mock
const mock = defineModule("caddy.logging.cores.mock", (line) => {
  line.ignoreArguments();
  return {};
});

/** The cores of logs. */
export const logCores: readonly ModuleSyntax[] = [mock];

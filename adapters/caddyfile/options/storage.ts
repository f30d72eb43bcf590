// storage <module> …

import { defineOption } from "../define.js";

/** Where certificates and the like are kept. */
export const storage = defineOption("storage", (line) => ({
  storage: line.inlineModule("caddy.storage", "module"),
}));

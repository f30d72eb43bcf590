// debug

import { defineOption } from "../define.js";

/** Logs everything, unless a logger has a level of its own. */
export const debug = defineOption("debug", (line) => {
  line.ignoreArguments();
  return { debug: true };
});

// abort [<matcher>]

import { defineDirective } from "../define.js";

/** Closes the connection without an answer. */
export const abort = defineDirective("abort", (line) => {
  const match = line.matcher();
  return { match, handle: { handler: "static_response", abort: true } };
});

// method [<matcher>] <method>

import { defineDirective } from "../define.js";
import { omitEmpty } from "../json.js";

/** Changes the request's method. */
export const method = defineDirective("method", (line) => {
  const match = line.matcher();
  const { text } = line.expectArgument("a method");
  return { match, handle: omitEmpty({ handler: "rewrite", method: text }) };
});

// rewrite [<matcher>] <to>

import { defineDirective } from "../define.js";
import { omitEmpty } from "../json.js";
import { readOnlyArgument } from "./only-argument.js";

/** Changes the request's URI: those parts of it that are given. */
export const rewrite = defineDirective("rewrite", (line) => {
  const { match, text } = readOnlyArgument(line, "URI");
  return { match, handle: omitEmpty({ handler: "rewrite", uri: text }) };
});

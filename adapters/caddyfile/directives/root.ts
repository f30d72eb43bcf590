// root [<matcher>] <path>

import { defineDirective } from "../define.js";
import { readOnlyArgument } from "./only-argument.js";

/** Says in which folder the site's files are. */
export const root = defineDirective("root", (line) => {
  const { match, text } = readOnlyArgument(line, "root path");
  return { match, handle: { handler: "vars", root: text } };
});

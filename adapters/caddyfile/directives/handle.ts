// handle [<matcher>] {
//     <directives...>
// }

import { defineDirective } from "../define.js";
import { readRoutes } from "../routes/read.js";
import { subroute } from "../routes/subroute.js";

/** Groups directives. Of the `handle` blocks beside it, only the first that matches is run. */
export const handle = defineDirective("handle", (line) => {
  const match = line.matcher();
  return { match, handle: subroute(readRoutes(line)) };
});

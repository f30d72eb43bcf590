// route [<matcher>] {
//     <directives...>
// }

import { defineDirective } from "../define.js";
import { readRoutesAsWritten } from "../routes/read.js";
import { subroute } from "../routes/subroute.js";

/** Groups directives and runs them in the order in which they are written. */
export const route = defineDirective("route", (line) => {
  const match = line.matcher();
  return { match, handle: subroute(readRoutesAsWritten(line)) };
});

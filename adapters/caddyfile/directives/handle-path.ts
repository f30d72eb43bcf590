// handle_path <path> {
//     <directives...>
// }

import { defineDirective } from "../define.js";
import { omitEmpty } from "../json.js";
import { readRoutes } from "../routes/read.js";
import { subroute } from "../routes/subroute.js";

/** As `handle`, for requests below a path, which is stripped: inside, `/api/x` is `/x`. */
export const handlePath = defineDirective("handle_path", (line) => {
  const path = line.expectArgument("a path");
  if (!path.text.startsWith("/")) {
    path.fail(`path matcher must begin with '/', got ${path.text}`);
  }
  const prefix = path.text.replace(/\/?\*$/, "");
  const strip = omitEmpty({ handler: "rewrite", strip_path_prefix: prefix });
  const routes = [line.mark({ handle: [line.mark(strip)] }), ...readRoutes(line)];
  return { match: { path: [path.text] }, handle: subroute(routes) };
});

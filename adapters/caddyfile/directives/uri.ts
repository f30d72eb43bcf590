// uri [<matcher>] strip_prefix <prefix>
// uri [<matcher>] strip_suffix <suffix>
// uri [<matcher>] replace <find> <replacement> [<limit>]
// uri [<matcher>] path_regexp <find> <replacement>
// uri [<matcher>] query <operation> | {
//     <operation...>
// }

import type { JsonObject } from "../../../src/document/index.js";
import { defineDirective } from "../define.js";
import { omitEmpty } from "../json.js";
import type { Line } from "../line.js";
import { readQueryOperations } from "./query-operations.js";

/** Changes a part of the request's URI, and leaves the rest as it is. */
export const uri = defineDirective("uri", (line) => {
  const match = line.matcher();
  const operation = line.expectArgument("what to do with the URI");
  const read = Object.hasOwn(OPERATIONS, operation.text) ? OPERATIONS[operation.text] : undefined;
  if (read === undefined) {
    return operation.fail(`unrecognized URI manipulation '${operation.text}'`);
  }
  return { match, handle: { handler: "rewrite", ...read(line) } };
});

const OPERATIONS: Readonly<Record<string, (line: Line) => JsonObject>> = {
  strip_prefix: (line) => omitEmpty({ strip_path_prefix: line.expectArgument("a prefix").text }),
  strip_suffix: (line) => omitEmpty({ strip_path_suffix: line.expectArgument("a suffix").text }),
  replace(line) {
    const find = line.expectArgument("what to find").text;
    const replace = line.expectArgument("what to put there").text;
    return { uri_substring: [omitEmpty({ find, replace, limit: readLimit(line) })] };
  },
  path_regexp(line) {
    const find = line.expectArgument("a regular expression").text;
    const replace = line.expectArgument("what to put there").text;
    return { path_regexp: [omitEmpty({ find, replace })] };
  },
  query: (line) => ({ query: readQueryOperations(line) }),
};

/** How often to replace; without it, and for 0, there is no limit. */
function readLimit(line: Line): number {
  const token = line.argument();
  if (token === undefined || token.text === "") return 0;
  if (/^[+-]?\d+$/.test(token.text)) return token.toInteger("limit");
  return token.fail(`limit must be an integer; invalid: '${token.text}'`);
}

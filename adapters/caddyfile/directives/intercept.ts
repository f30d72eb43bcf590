// intercept [<matcher>] {
//     @<name> {
//         status <code...>
//         header <field> [<value>]
//     }
//     replace_status [<@name>] <status>
//     handle_response [<@name>] {
//         <directives...>
//     }
// }

import { defineDirective } from "../define.js";
import { omitEmpty } from "../json.js";
import { readResponses } from "./reverse-proxy/responses.js";

/** Handles the responses of the handlers behind it, or changes their status. */
export const intercept = defineDirective("intercept", (line) => {
  const match = line.matcher();
  line.ignoreArguments();
  const block = line.block();
  for (const inner of block) if (!LINES.test(inner.directive)) inner.unrecognized();
  const handlers = readResponses(block, []);
  return { match, handle: omitEmpty({ handler: "intercept", handle_response: handlers }) };
});

const LINES = /^(?:@.*|replace_status|handle_response)$/s;

// error [<matcher>] <status> | <message> [<status>] {
//     message <text>
// }

import { defineDirective } from "../define.js";
import { omitEmpty } from "../json.js";
import { readAnswer } from "./answer.js";

/** Fails the request, so that the error routes answer it. */
export const error = defineDirective("error", (line) => {
  const match = line.matcher();
  const { text, status } = readAnswer(line);
  let message = text;
  for (const inner of line.block()) {
    if (inner.directive !== "message") {
      inner.name.fail(`unrecognized subdirective '${inner.directive}'`);
    }
    if (message !== "") inner.name.fail("message already specified");
    message = inner.expectArgument("the message").text;
    inner.expectEnd();
  }
  const handler = "error";
  return { match, handle: omitEmpty({ handler, error: message, status_code: status }, STATUS) };
});

/** A status of 0 is one. */
const STATUS = ["status_code"];

// respond [<matcher>] <status> | <body> [<status>] {
//     body <text>
//     close
// }

import { defineDirective } from "../define.js";
import { omitEmpty } from "../json.js";
import { readAnswer } from "./answer.js";

/** Answers with a text and a status, and closes the connection if asked to. */
export const respond = defineDirective("respond", (line) => {
  const match = line.matcher();
  const { text, status } = readAnswer(line);
  let body = text;
  let close = false;
  for (const inner of line.block()) {
    if (inner.directive === "body") {
      if (body !== "") inner.name.fail("body already specified");
      body = inner.expectArgument("the body").text;
    } else if (inner.directive === "close") {
      if (close) inner.name.fail("close already specified");
      close = true;
    } else inner.name.fail(`unrecognized subdirective '${inner.directive}'`);
    inner.expectEnd();
  }
  const handler = "static_response";
  return { match, handle: omitEmpty({ handler, status_code: status, body, close }, STATUS) };
});

/** A status of 0 is one. */
const STATUS = ["status_code"];

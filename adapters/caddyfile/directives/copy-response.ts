// copy_response [<matcher>] [<status>] {
//     status <status>
// }

import { defineDirective } from "../define.js";
import { readFields } from "../fields.js";
import { omitEmpty } from "../json.js";
import type { Line } from "../line.js";
import { statusOf } from "./answer.js";

/** Copies the response that came back to the client, as it is or with another status. */
export const copyResponse = defineDirective("copy_response", (line) => {
  const match = line.matcher();
  const onLine = line.count === 1 ? numberOf(line) : undefined;
  line.ignoreArguments();
  const { status } = readFields(line, { status: readStatus }, refusal);
  const fields = { handler: "copy_response", status_code: onLine ?? status };
  return { match, handle: omitEmpty(fields, ["status_code"]) };
});

/** Take the argument when it is a status. */
function numberOf(line: Line): number | undefined {
  const status = statusOf(line.peek()?.text ?? "");
  if (typeof status !== "number" || status <= 0) return undefined;
  line.argument();
  return status;
}

function readStatus(line: Line) {
  const status = statusOf(line.expectArgument("a status").text);
  return status === undefined ? {} : { status };
}

function refusal(name: string): string {
  return `unrecognized subdirective '${name}'`;
}

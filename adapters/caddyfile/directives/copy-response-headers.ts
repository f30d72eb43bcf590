// copy_response_headers [<matcher>] {
//     include <fields...>
//     exclude <fields...>
// }

import { append } from "../append.js";
import { defineDirective } from "../define.js";
import { omitEmpty } from "../json.js";

/** Copies the headers of the response that came back to the client, all or some of them. */
export const copyResponseHeaders = defineDirective("copy_response_headers", (line) => {
  const match = line.matcher();
  line.expectEndOfLine();
  const include: string[] = [];
  const exclude: string[] = [];
  for (const inner of line.block()) {
    if (inner.directive === "include") append(include, inner.remainingTexts());
    else if (inner.directive === "exclude") append(exclude, inner.remainingTexts());
    else inner.name.fail(`unrecognized subdirective '${inner.directive}'`);
    inner.expectEnd();
  }
  return { match, handle: omitEmpty({ handler: "copy_response_headers", include, exclude }) };
});

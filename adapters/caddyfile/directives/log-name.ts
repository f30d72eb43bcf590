// log_name [<matcher>] <name...>

import { defineDirective } from "../define.js";

/** Says which loggers have the request in their access log. */
export const logName = defineDirective("log_name", (line) => {
  const match = line.matcher();
  const names = line.remainingTexts();
  // That there is no name leaves the loggers as they are.
  const chosen = names.length > 0 ? names : null;
  return { match, handle: { handler: "vars", access_logger_names: chosen } };
});

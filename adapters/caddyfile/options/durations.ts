// grace_period   <duration>
// shutdown_delay <duration>

import { defineOption } from "../define.js";
import { omitEmpty } from "../json.js";
import { toDuration } from "../values.js";

/** How long requests may go on when the server stops. */
export const gracePeriod = httpDuration("grace_period");

/** How long the server waits before it begins to stop. */
export const shutdownDelay = httpDuration("shutdown_delay");

function httpDuration(name: string) {
  return defineOption(name, (line, { http }) => {
    const duration = toDuration(line.expectArgument("a duration"), name);
    line.ignoreArguments();
    return { http: omitEmpty({ ...http, [name]: duration }) };
  });
}

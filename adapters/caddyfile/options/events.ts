// events {
//     on <event>|* <handler> …
// }

import type { JsonObject } from "../../../src/document/index.js";
import { defineOption } from "../define.js";
import { adding, readFields } from "../fields.js";
import type { Line } from "../line.js";

/** Does something when something happens in the server. `*` is whatever happens. */
export const events = defineOption("events", (line, { apps }) => {
  line.ignoreArguments();
  const table = { on: adding("subscriptions", (inner) => [subscription(inner)]) };
  return { apps: { ...apps, events: line.mark(readFields(line, table)) } };
});

function subscription(line: Line): JsonObject {
  const event = line.expectArgument("an event").text;
  const handler = line.inlineModule("events.handlers", "handler");
  return line.mark({ events: [event === "*" ? "" : event], handlers: [handler] });
}

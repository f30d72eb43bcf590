// invoke [<matcher>] <name>

import { defineDirective } from "../define.js";
import { omitEmpty } from "../json.js";

/** Runs the named route `&(name)`. Whether there is one is known when all are read. */
export const invoke = defineDirective("invoke", (line) => {
  const match = line.matcher();
  const name = line.expectArgument("the name of a route");
  const { invoked } = line.scope;
  if (!invoked.has(name.text)) invoked.set(name.text, name);
  return { match, handle: omitEmpty({ handler: "invoke", name: name.text }) };
});

// default_bind [<address...>] {
//     protocols <protocol...>
// }

import { defineOption } from "../define.js";
import { readBind } from "../directives/bind.js";

/** Where sites listen that do not say it themselves; several add up. */
export const defaultBind = defineOption("default_bind", (line, { defaultBind: known = [] }) => {
  const { addresses, protocols } = readBind(line);
  const places = addresses.length > 0 ? addresses : [""];
  return { defaultBind: [...known, { addresses: places, protocols }] };
});

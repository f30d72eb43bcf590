// persist_config off

import { defineOption } from "../define.js";

/** Whether the last configuration that was loaded is kept on disk; it can only be turned off. */
export const persistConfig = defineOption("persist_config", (line) => {
  if (line.expectArgument("off").text !== "off") line.fail("persist_config must be 'off'");
  return { persistConfig: false };
});

// storage_check          off
// storage_clean_interval <duration>|off

import { defineOption } from "../define.js";
import { parseDuration } from "../values.js";

/** Whether the storage is tried before it is used; it can only be turned off. */
export const storageCheck = defineOption("storage_check", (line) => {
  if (line.expectArgument("off").text !== "off") line.fail("storage_check must be 'off'");
  return { storageCheck: false };
});

/** How often what has expired is removed from the storage. */
export const storageCleanInterval = defineOption("storage_clean_interval", (line) => {
  const { text } = line.expectArgument("a duration, or off");
  if (text === "off") return { storageClean: false, storageCleanInterval: 0 };
  const interval = parseDuration(text);
  if (interval === undefined) {
    return line.fail(
      `failed to parse storage_clean_interval, must be a duration or 'off': invalid duration '${text}'`,
    );
  }
  return { storageClean: true, storageCleanInterval: interval };
});

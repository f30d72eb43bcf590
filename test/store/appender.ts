// The child of the kill test: opens a store and appends for ever, telling each revision as soon as
// it is acknowledged. Writes to the pipe are synchronous, so what was told was acknowledged before.

import { writeSync } from "node:fs";
import { counted, counting, smallJournal } from "./support.js";

const [, , dir = ""] = process.argv;
const store = smallJournal(dir);
try {
  const { revision } = await store.open();
  writeSync(1, `${revision}\n`);
  for (let number = revision + 1; ; number++) {
    await store.append([counting(number)], counted(number));
    writeSync(1, `${number}\n`);
  }
} catch (cause) {
  writeSync(2, cause instanceof Error ? cause.message : String(cause));
  process.exitCode = 1;
}

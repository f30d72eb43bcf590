// admin off
// admin [<address>] {
//     enforce_origin
//     origins <hosts...>
// }

import { defineOption } from "../define.js";
import { type FieldTable, flag, readFields } from "../fields.js";
import { omitEmpty } from "../json.js";

/** Where the configuration is asked for and changed while the server runs. */
export const admin = defineOption("admin", (line) => {
  const address = line.argument()?.text;
  if (address === "off") {
    if (line.count > 0 || line.hasBlock) {
      line.fail("No more option is allowed after turning off admin config");
    }
    return { admin: line.mark({ disabled: true }) };
  }
  line.expectEndOfLine();
  const fields = readFields(line, ADMIN, (name) => `unrecognized parameter '${name}'`);
  return { admin: line.mark({ listen: address || DEFAULT_ADDRESS, ...omitEmpty(fields) }) };
});

const DEFAULT_ADDRESS = "localhost:2019";

const ADMIN: FieldTable = {
  enforce_origin: flag("enforce_origin"),
  origins: (line) => ({ origins: line.remainingTexts() }),
};

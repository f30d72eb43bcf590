// acme_eab {
//     key_id  <id>
//     mac_key <key>
// }

import { defineOption } from "../define.js";
import { readFields, text } from "../fields.js";

const LINES = { key_id: text("key_id"), mac_key: text("mac_key") };

/** The account at the authority that an ACME account belongs to. */
export const acmeEab = defineOption("acme_eab", (line) => ({
  acmeEab: {
    key_id: "",
    mac_key: "",
    ...readFields(line, LINES, (name) => `unrecognized parameter '${name}'`),
  },
}));

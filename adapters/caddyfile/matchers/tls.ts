// tls [early_data]

import { defineMatcher } from "../define.js";
import { refuseBlock } from "./plain.js";

/** Matches requests that came over TLS, or of these the ones from before the handshake's end. */
export const tls = defineMatcher("tls", (lines) => {
  let matcher = {};
  for (const line of lines) {
    const option = line.argument();
    if (option !== undefined && option.text !== "early_data") {
      option.fail(`unrecognized option '${option.text}'`, 'the only one is "early_data"');
    }
    if (option !== undefined) matcher = { handshake_complete: false };
    line.expectEndOfLine();
    refuseBlock(line);
  }
  return matcher;
});

// ocsp_stapling off

import { defineOption } from "../define.js";

/** Whether OCSP responses are stapled to certificates; it can only be turned off. */
export const ocspStapling = defineOption("ocsp_stapling", (line) => {
  const { text } = line.expectArgument("off");
  if (text !== "off") line.fail(`invalid argument '${text}'`, 'it can only be "off"');
  return { ocspStapling: false };
});

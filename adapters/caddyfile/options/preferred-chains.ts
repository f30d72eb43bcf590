// preferred_chains [smallest] {
//     root_common_name <common_names...>
//     any_common_name  <common_names...>
// }

import { defineOption } from "../define.js";
import { readChainPreference } from "../tls/chain-preference.js";

/** Which chain of certificates to take where an authority offers several. */
export const preferredChains = defineOption("preferred_chains", (line) => ({
  preferredChains: readChainPreference(line),
}));

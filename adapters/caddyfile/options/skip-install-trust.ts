// skip_install_trust

import { defineOption } from "../define.js";

/** Keeps roots of one's own authorities out of what the system trusts. */
export const skipInstallTrust = defineOption("skip_install_trust", (line) => {
  line.ignoreArguments();
  return { skipInstallTrust: true };
});

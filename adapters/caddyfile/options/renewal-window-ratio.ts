// renewal_window_ratio <ratio>

import { defineOption } from "../define.js";
import { expectRatio } from "../tls/renewal-window.js";

/** Which part of a certificate's lifetime is left when it is renewed. */
export const renewalWindowRatio = defineOption("renewal_window_ratio", (line) => ({
  renewalWindowRatio: expectRatio(line),
}));

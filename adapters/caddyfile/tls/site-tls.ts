// What `tls` directives ask for one site.

import type { JsonObject } from "../../../src/document/index.js";

/** Settings of one `tls` directive. A site may have several; they add up. */
export interface SiteTls {
  /** How to shake hands, without the names it is for. Absent when nothing about it was said. */
  readonly connectionPolicy?: JsonObject;
  /** Whether certificates are to be obtained for the site's names even where others cover them. */
  readonly forceAutomate?: boolean;
}

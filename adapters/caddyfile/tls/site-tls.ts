// What `tls` directives ask for one site.

import type { JsonObject } from "../../../src/document/index.js";
import type { Token } from "../syntax/token.js";
import type { Issuer } from "./issuer.js";

/** Settings of one `tls` directive. A site may have several; they add up. */
export interface SiteTls {
  /** The directive, for what is wrong with its settings. */
  readonly token: Token;
  /** How to shake hands, without the names it is for. Absent when nothing about it was said. */
  readonly connectionPolicy?: JsonObject;
  /** Who is to issue the certificates, the first one that can. */
  readonly issuers?: readonly Issuer[];
  /** Where finished certificates are to be had during a handshake. */
  readonly managers?: readonly JsonObject[];
  readonly keyType?: string;
  /** Which part of a certificate's lifetime is left when it is renewed. */
  readonly renewalWindowRatio?: number;
  readonly onDemand?: boolean;
  readonly reusePrivateKeys?: boolean;
  /** Whether certificates are to be obtained for the site's names even where others cover them. */
  readonly forceAutomate?: boolean;
  /** Certificates with their keys, as `load_files` has them. */
  readonly files?: readonly JsonObject[];
  /** Folders with certificates. */
  readonly folders?: readonly string[];
}

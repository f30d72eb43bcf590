// What the global options say about certificates, handshakes and authorities.

import type { JsonObject } from "../../../src/document/index.js";
import type { Token } from "../syntax/token.js";

/** The global options about TLS. They hold where no site says otherwise. */
export interface TlsOptions {
  /** How far automatic HTTPS is turned off. */
  readonly autoHttps?: readonly string[];
  /** The name that is assumed of clients that send none. */
  readonly defaultSni?: string;
  /** The name that is assumed where there is no certificate for the one that was sent. */
  readonly fallbackSni?: string;

  readonly email?: string;
  readonly acmeCa?: string;
  readonly acmeCaRoot?: string;
  /** The DNS challenge is used; with the provider of `dns` when it has none of its own. */
  readonly acmeDns?: { readonly token: Token; readonly provider?: JsonObject };
  readonly acmeEab?: JsonObject;
  readonly preferredChains?: JsonObject;
  /** In nanoseconds, as all durations here. */
  readonly certLifetime?: number;
  /** A DNS provider for whatever needs one. */
  readonly dns?: JsonObject;
  readonly tlsResolvers?: readonly string[];

  /** Issuers with their names under `module`. */
  readonly certIssuers?: readonly JsonObject[];
  /** Certificates come from an authority of one's own. */
  readonly localCerts?: boolean;
  readonly keyType?: string;
  readonly onDemandTls?: JsonObject;
  readonly renewalWindowRatio?: number;
  readonly renewInterval?: number;
  /** False when it is turned off, as for the two below. */
  readonly ocspStapling?: boolean;
  readonly storageCheck?: boolean;
  readonly storageClean?: boolean;
  readonly ocspInterval?: number;
  readonly storageCleanInterval?: number;
  readonly ech?: JsonObject;

  /** Certificate authorities by their IDs. */
  readonly authorities?: ReadonlyMap<string, JsonObject>;
  /** Roots are not made known to the system. */
  readonly skipInstallTrust?: boolean;
}

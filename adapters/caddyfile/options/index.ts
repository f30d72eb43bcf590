// The global options, each in the file of its name.

import type { GlobalOption } from "../line.js";
import { acmeDns, dns } from "./acme-dns.js";
import { acmeEab } from "./acme-eab.js";
import { admin } from "./admin.js";
import { autoHttps } from "./auto-https.js";
import { certIssuer, localCerts } from "./cert-issuer.js";
import { certLifetime, ocspInterval, renewInterval } from "./certificate-durations.js";
import { debug } from "./debug.js";
import { defaultBind } from "./default-bind.js";
import { gracePeriod, shutdownDelay } from "./durations.js";
import { ech } from "./ech.js";
import { events } from "./events.js";
import { filesystem } from "./filesystem.js";
import { log } from "./log.js";
import { metrics } from "./metrics.js";
import { ocspStapling } from "./ocsp-stapling.js";
import { onDemandTls } from "./on-demand-tls.js";
import { order } from "./order.js";
import { persistConfig } from "./persist-config.js";
import { pki } from "./pki.js";
import { httpPort, httpsPort } from "./ports.js";
import { preferredChains } from "./preferred-chains.js";
import { renewalWindowRatio } from "./renewal-window-ratio.js";
import { servers } from "./servers.js";
import { acmeCa, acmeCaRoot, defaultSni, email, fallbackSni, keyType } from "./single-texts.js";
import { skipInstallTrust } from "./skip-install-trust.js";
import { storage } from "./storage.js";
import { storageCheck, storageCleanInterval } from "./storage-care.js";
import { tlsResolvers } from "./tls-resolvers.js";

/** All standard global options. */
export const options: readonly GlobalOption[] = [
  acmeCa,
  acmeCaRoot,
  acmeDns,
  acmeEab,
  admin,
  autoHttps,
  certIssuer,
  certLifetime,
  debug,
  defaultBind,
  defaultSni,
  dns,
  ech,
  email,
  events,
  fallbackSni,
  filesystem,
  gracePeriod,
  httpPort,
  httpsPort,
  keyType,
  localCerts,
  log,
  metrics,
  ocspInterval,
  ocspStapling,
  onDemandTls,
  order,
  persistConfig,
  pki,
  preferredChains,
  renewalWindowRatio,
  renewInterval,
  servers,
  shutdownDelay,
  skipInstallTrust,
  storage,
  storageCheck,
  storageCleanInterval,
  tlsResolvers,
];

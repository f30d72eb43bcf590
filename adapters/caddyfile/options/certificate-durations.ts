// cert_lifetime  <duration>
// ocsp_interval  <duration>
// renew_interval <duration>

import { defineOption } from "../define.js";
import type { Line } from "../line.js";
import { toDuration } from "../values.js";

/** How long certificates are to be valid, where an authority lets one choose. */
export const certLifetime = defineOption("cert_lifetime", (line) => ({
  certLifetime: expectDuration(line),
}));

/** How often stapled OCSP responses are looked at. */
export const ocspInterval = defineOption("ocsp_interval", (line) => ({
  ocspInterval: expectDuration(line),
}));

/** How often certificates are looked at, whether they expire soon. */
export const renewInterval = defineOption("renew_interval", (line) => ({
  renewInterval: expectDuration(line),
}));

function expectDuration(line: Line): number {
  const duration = toDuration(line.expectArgument("a duration"), line.directive);
  line.ignoreArguments();
  return duration;
}

// auto_https off|disable_redirects|disable_certs|ignore_loaded_certs ...

import { defineOption } from "../define.js";

const MODES = ["off", "disable_redirects", "disable_certs", "ignore_loaded_certs"];

/** How much of automatic HTTPS is turned off. */
export const autoHttps = defineOption("auto_https", (line) => {
  const modes = line.expectRemaining("what to turn off");
  for (const mode of modes) {
    if (!MODES.includes(mode.text)) {
      mode.fail(
        "auto_https must be one of 'off', 'disable_redirects', 'disable_certs', or 'ignore_loaded_certs'",
      );
    }
  }
  return { autoHttps: modes.map(({ text }) => text) };
});

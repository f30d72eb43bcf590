// Where finished certificates are to be had during a handshake: `get_certificate <name> …`.

import { defineModule } from "../define.js";
import { omitEmpty } from "../json.js";
import type { ModuleSyntax } from "../line.js";

// http <url>
const http = defineModule("tls.get_certificate.http", (line) => {
  const url = line.expectArgument("a URL").text;
  line.expectEndOfLine();
  if (line.hasBlock) line.fail("block not allowed here");
  return omitEmpty({ url });
});

// tailscale
const tailscale = defineModule("tls.get_certificate.tailscale", () => ({}));

/** All standard managers. */
export const certificateManagers: readonly ModuleSyntax[] = [http, tailscale];

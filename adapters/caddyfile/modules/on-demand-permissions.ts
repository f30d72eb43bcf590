// Who decides for which names certificates are obtained during handshakes: `permission <name> …`.

import { defineModule } from "../define.js";
import type { ModuleSyntax } from "../line.js";

// http <url>
const http = defineModule("tls.permission.http", (line) => ({
  endpoint: line.expectArgument("a URL").text,
}));

/** All standard permissions. */
export const onDemandPermissions: readonly ModuleSyntax[] = [http];

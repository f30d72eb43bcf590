// The proxies through which connections go out: `network_proxy <source> …`.

import { defineModule } from "../define.js";
import type { ModuleSyntax } from "../line.js";

// url <url>
const url = defineModule("caddy.network_proxy.url", (line) => {
  const address = line.expectArgument("a URL").text;
  line.ignoreArguments();
  return { url: address };
});

// none
const none = defineModule("caddy.network_proxy.none", (line) => {
  line.ignoreArguments();
  return {};
});

/** All standard sources of network proxies. */
export const networkProxies: readonly ModuleSyntax[] = [none, url];

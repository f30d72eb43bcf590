// What stands between a listener and its server: the lines of `listener_wrappers`.

import type { JsonObject } from "../../../src/document/index.js";
import { defineModule } from "../define.js";
import { adding, duration, type FieldTable, readFields } from "../fields.js";
import { omitEmpty } from "../json.js";
import type { Line, ModuleSyntax } from "../line.js";
import type { Token } from "../syntax/token.js";

// http_redirect
const httpRedirect = defineModule("caddy.listeners.http_redirect", takeNothing);

// tls
const tls = defineModule("caddy.listeners.tls", takeNothing);

function takeNothing(line: Line): JsonObject {
  line.ignoreArguments();
  return {};
}

// proxy_protocol {
//     timeout <duration>
//     allow   <ranges...>
//     deny    <ranges...>
//     fallback_policy ignore|use|reject|require|skip
// }
const proxyProtocol = defineModule("caddy.listeners.proxy_protocol", (line) => {
  line.expectEndOfLine();
  return omitEmpty(readFields(line, PROXY_PROTOCOL));
});

const PROXY_PROTOCOL: FieldTable = {
  timeout: duration("timeout", "proxy_protocol timeout duration"),
  allow: adding("allow", (line) => line.remainingTexts()),
  deny: adding("deny", (line) => line.remainingTexts()),
  fallback_policy: (line) => ({ fallback_policy: policyOf(line.expectArgument("a policy")) }),
};

/** The policy's name; empty for `IGNORE`, which is what happens without one. */
function policyOf(token: Token): string {
  const policy = token.text.toUpperCase();
  if (!["IGNORE", "USE", "REJECT", "REQUIRE", "SKIP"].includes(policy)) {
    token.fail(`${token.text} is invalid policy`, "write ignore, use, reject, require or skip");
  }
  return policy === "IGNORE" ? "" : policy;
}

/** The wrappers of listeners. */
export const listenerWrappers: readonly ModuleSyntax[] = [httpRedirect, proxyProtocol, tls];

// When an upstream counts as healthy: by asking it now and then (active), and by what the requests
// that went there came to (passive).

import type { JsonObject } from "../../../../src/document/index.js";
import { flag, text } from "../../fields.js";
import { objectOf } from "../../json.js";
import type { Line } from "../../line.js";
import { readStatus } from "../../matchers/response-matcher.js";
import { count, expectCount, type SectionTable, time } from "../../sections.js";
import { splitHostPort } from "../../syntax/host-port.js";

/** Lines about `health_checks.active`. */
export const ACTIVE_CHECKS: SectionTable = {
  health_body: text("expect_body"),
  health_fails: count("fails", "invalid fails count"),
  health_follow_redirects: flag("follow_redirects"),
  health_headers: readHeaders,
  health_interval: time("interval", "bad interval value"),
  health_method: text("method"),
  health_passes: count("passes", "invalid passes count"),
  health_path: readPath,
  health_port: readPort,
  health_request_body: text("body"),
  health_status: (line) => ({ expect_status: readStatus(line.expectArgument("a status")) }),
  health_timeout: time("timeout", "bad timeout value"),
  health_upstream: readUpstream,
  health_uri: text("uri"),
};

/** Lines about `health_checks.passive`. */
export const PASSIVE_CHECKS: SectionTable = {
  fail_duration: time("fail_duration", "bad duration value"),
  max_fails: count("max_fails", "invalid maximum fail count"),
  unhealthy_latency: time("unhealthy_latency", "bad duration value"),
  unhealthy_request_count: count("unhealthy_request_count", "invalid maximum connection count"),
  unhealthy_status: {
    field: "unhealthy_status",
    items: (line) => line.expectRemaining("a status").map(readStatus),
  },
};

// health_headers {
//     <field> [<values...>]
// }
function readHeaders(line: Line): JsonObject {
  const headers = new Map<string, string[]>();
  for (const inner of line.block()) {
    const values = headers.get(inner.directive) ?? [];
    headers.set(inner.directive, values);
    const added = inner.remainingTexts();
    for (const value of added.length === 0 ? [""] : added) values.push(value);
    inner.expectEnd();
  }
  return { headers: objectOf(headers) };
}

function readPath(line: Line): JsonObject {
  line.warn("the 'health_path' subdirective is deprecated, please use 'health_uri' instead!");
  return { path: line.expectArgument("a path").text };
}

function readPort(line: Line, { upstream }: JsonObject): JsonObject {
  const port = expectCount(line, "bad port number");
  if (upstream === undefined) return { port };
  return line.fail("the 'health_port' subdirective is ignored if 'health_upstream' is used!");
}

function readUpstream(line: Line): JsonObject {
  const token = line.expectArgument("an address");
  const address = splitHostPort(token.text);
  if (address === undefined) {
    return token.fail(`health_upstream is malformed '${token.text}'`, "write host and port");
  }
  if (!/^[+-]?\d+$/.test(address.port)) token.fail(`bad port number '${token.text}'`);
  return { upstream: token.text };
}

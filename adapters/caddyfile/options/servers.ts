// servers [<address>] {
//     name <name>
//     listener_wrappers {
//         <wrapper> …
//     }
//     packet_conn_wrappers {
//         <wrapper> …
//     }
//     timeouts { … }
//     keepalive_interval <duration>
//     keepalive_idle     <duration>
//     keepalive_count    <count>
//     max_header_size    <size>
//     enable_full_duplex
//     expected_underscore_headers <fields...>
//     expected_dot_headers        <fields...>
//     log_credentials
//     protocols       <h1|h2|h2c|h3...>
//     strict_sni_host [on|insecure_off]
//     trusted_proxies <source> …
//     trusted_proxies_strict
//     trusted_proxies_unix
//     client_ip_headers <fields...>
//     metrics {
//         per_host
//     }
//     trace
//     0rtt off
// }

import type { JsonObject } from "../../../src/document/index.js";
import { defineOption } from "../define.js";
import {
  adding,
  bytes,
  duration,
  type FieldReader,
  type FieldTable,
  flag,
  integer,
  readFields,
  texts,
} from "../fields.js";
import { omitEmpty } from "../json.js";
import type { Line } from "../line.js";
import type { Token } from "../syntax/token.js";
import type { ServerOptions } from "./global-options.js";
import { timeouts } from "./server-timeouts.js";

/** Settings of the servers that listen on an address; without one, of all that have no others. */
export const servers = defineOption("servers", (line, { servers: known = [] }) => {
  const address = line.argument()?.text ?? "";
  line.expectEndOfLine();
  if (known.some((other) => other.address === address)) {
    line.fail(`cannot have 'servers' global options with duplicate listener addresses: ${address}`);
  }
  const shorter = known.findIndex((other) => other.address.length < address.length);
  const at = shorter === -1 ? known.length : shorter;
  const own = readServer(line, address, known);
  return { servers: [...known.slice(0, at), own, ...known.slice(at)] };
});

function readServer(line: Line, address: string, known: readonly ServerOptions[]): ServerOptions {
  let name: Token | undefined;
  const table: FieldTable = {
    ...SERVER,
    protocols: adding("protocols", readProtocols()),
    client_ip_headers: adding("client_ip_headers", readClientIpHeaders()),
    name(inner) {
      name = readName(inner, address, known);
      return {};
    },
  };
  const { logs, metrics, ...fields } = readFields(line, table, unrecognized("servers"));
  const own = omitEmpty(fields, ["strict_sni_host", "allow_0rtt"]);
  return {
    address,
    name,
    token: line.name,
    fields: line.scope.run.budget.weigh(own, line.length),
    logs: (logs ?? {}) as JsonObject,
    ...(metrics === undefined ? {} : { metrics: metrics as JsonObject }),
  };
}

function readName(line: Line, address: string, known: readonly ServerOptions[]): Token {
  if (address === "") {
    line.fail("cannot set a name for a server without a listener address");
  }
  const name = line.expectArgument("a name");
  if (known.some((other) => other.name?.text === name.text)) {
    name.fail(`cannot use duplicate server name '${name.text}'`);
  }
  return name;
}

const SERVER: FieldTable = {
  listener_wrappers: wrappers("listener_wrappers", "caddy.listeners"),
  packet_conn_wrappers: wrappers("packet_conn_wrappers", "caddy.packetconns"),
  timeouts,
  keepalive_interval: duration("keepalive_interval", "keepalive interval duration"),
  keepalive_idle: duration("keepalive_idle", "keepalive idle duration"),
  keepalive_count: integer("keepalive_count", "keepalive count"),
  max_header_size: bytes("max_header_bytes", "max_header_size"),
  enable_full_duplex: flag("enable_full_duplex"),
  expected_underscore_headers: texts("expected_underscore_headers"),
  expected_dot_headers: texts("expected_dot_headers"),
  log_credentials: logField("should_log_credentials"),
  strict_sni_host: (line) => ({ strict_sni_host: readStrictness(line) }),
  trusted_proxies: (line) => ({ trusted_proxies: readTrustedProxies(line) }),
  trusted_proxies_strict: () => ({ trusted_proxies_strict: 1 }),
  trusted_proxies_unix: flag("trusted_proxies_unix"),
  metrics: (line) => ({ metrics: readMetrics(line) }),
  trace: logField("trace"),
  "0rtt": (line) => ({ allow_0rtt: readEarlyData(line) }),
};

/** A list of modules, each on a line of its own. */
function wrappers(key: string, namespace: string): FieldReader {
  return adding(key, (line) =>
    line.block().map((inner) => {
      const { name, config } = inner.asModule(namespace);
      return inner.mark({ wrapper: name, ...config });
    }),
  );
}

/** A field of the server's `logs` that is true when its line is there. */
function logField(key: string): FieldReader {
  return (_line, { logs }) => ({ logs: { ...(logs as JsonObject | undefined), [key]: true } });
}

function readProtocols(): (line: Line) => readonly string[] {
  const read = distinct((protocol) => `protocol ${protocol} specified more than once`);
  return (line) =>
    read(line).map((token) => {
      if (/^(?:h1|h2|h2c|h3)$/.test(token.text)) return token.text;
      return token.fail(`unknown protocol '${token.text}': expected h1, h2, h2c, or h3`);
    });
}

function readClientIpHeaders(): (line: Line) => readonly string[] {
  const read = distinct((header) => `client IP header ${header} specified more than once`);
  return (line) => read(line).map(({ text }) => text);
}

/** Reads the arguments of lines, of which none may come twice. */
function distinct(refusal: (text: string) => string): (line: Line) => readonly Token[] {
  const seen = new Set<string>();
  return (line) => {
    const tokens = line.remaining();
    for (const token of tokens) {
      if (seen.has(token.text)) token.fail(refusal(token.text));
      seen.add(token.text);
    }
    return tokens;
  };
}

function readStrictness(line: Line): boolean {
  const mode = line.argument()?.text ?? "on";
  if (mode === "on" || mode === "insecure_off") return mode === "on";
  return line.fail(`strict_sni_host only supports 'on' or 'insecure_off', got '${mode}'`);
}

function readTrustedProxies(line: Line): JsonObject {
  if (line.count === 0) {
    line.fail("trusted_proxies expects an IP range source module name as its first argument");
  }
  return line.inlineModule("http.ip_sources", "source");
}

function readMetrics(line: Line): JsonObject {
  line.warn("is deprecated inside 'servers': use the global 'metrics' option instead");
  return line.mark(readFields(line, { per_host: flag("per_host") }, unrecognized("metrics")));
}

function readEarlyData(line: Line): boolean {
  const mode = line.expectArgument("off").text;
  if (mode === "off") return false;
  return line.fail(`unsupported 0rtt argument '${mode}' (only 'off' is supported)`);
}

function unrecognized(kind: string): (name: string) => string {
  return (name) => `unrecognized ${kind} option '${name}'`;
}

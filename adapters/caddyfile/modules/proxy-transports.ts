// What a proxy speaks to its upstreams with: `transport <name> { … }`.

import type { JsonObject } from "../../../src/document/index.js";
import { defineModule } from "../define.js";
import { flag, text, texts } from "../fields.js";
import { objectOf, omitEmpty } from "../json.js";
import type { Line, ModuleSyntax } from "../line.js";
import {
  count,
  defineSections,
  expectTime,
  readSections,
  type SectionTable,
  size,
  time,
} from "../sections.js";
import { readResolvers } from "./upstream-sources.js";

const NAMESPACE = "http.reverse_proxy.transport";

// fastcgi {
//     root                 <path>
//     split                <substrings...>
//     env                  <key> <value>
//     resolve_root_symlink
//     dial_timeout         <duration>
//     read_timeout         <duration>
//     write_timeout        <duration>
//     capture_stderr
// }
const fastcgi = defineModule(`${NAMESPACE}.fastcgi`, (line) => {
  line.ignoreArguments();
  return readFastcgi(line.block());
});

function readFastcgi(lines: readonly Line[]): JsonObject {
  const isEnv = ({ directive }: Line) => directive === "env";
  const env = objectOf(lines.filter(isEnv).map(readEnv));
  const others = lines.filter((line) => !isEnv(line));
  return { ...readSections(others, FASTCGI), ...omitEmpty({ env }) };
}

function readEnv(line: Line): readonly [string, string] {
  const key = line.expectArgument("a name").text;
  const value = line.expectArgument("a value").text;
  line.expectEnd();
  return [key, value];
}

const FASTCGI = defineSections({
  "": {
    capture_stderr: flag("capture_stderr"),
    dial_timeout: time("dial_timeout", "bad timeout value"),
    read_timeout: time("read_timeout", "bad timeout value"),
    resolve_root_symlink: flag("resolve_root_symlink"),
    root: text("root"),
    split: texts("split_path"),
    write_timeout: time("write_timeout", "bad timeout value"),
  },
});

// http {
//     compression             off
//     dial_fallback_delay     <duration>
//     dial_timeout            <duration>
//     expect_continue_timeout <duration>
//     local_address           <address>
//     max_conns_per_host      <count>
//     max_response_header     <size>
//     network_proxy           <source> [...]
//     proxy_protocol          v1|v2
//     read_buffer             <size>
//     read_timeout            <duration>
//     resolvers               <addresses...>
//     response_header_timeout <duration>
//     versions                <versions...>
//     write_buffer            <size>
//     write_timeout           <duration>
//
//     keepalive                     off | <duration>
//     keepalive_idle_conns          <count>
//     keepalive_idle_conns_per_host <count>
//     keepalive_interval            <duration>
//
//     tls
//     tls_client_auth          <domain> | <certificate file> <key file>
//     tls_curves               <curves...>
//     tls_except_ports         <ports...>
//     tls_insecure_skip_verify
//     tls_renegotiation        never|once|freely
//     tls_server_name          <name>
//     tls_timeout              <duration>
//     tls_trust_pool           <source> [...]
//
//     forward_proxy_url    <url>       (deprecated)
//     tls_trusted_ca_certs <files...>  (deprecated)
// }
const http = defineModule(`${NAMESPACE}.http`, (line) => {
  line.ignoreArguments();
  return readSections(line.block(), HTTP);
});

const CONNECTIONS: SectionTable = {
  compression: (line) => (line.argument()?.text === "off" ? { compression: false } : {}),
  dial_fallback_delay: time("dial_fallback_delay", "bad fallback delay value"),
  dial_timeout: time("dial_timeout", "bad timeout value"),
  expect_continue_timeout: time("expect_continue_timeout", "bad timeout value"),
  forward_proxy_url: readForwardProxy,
  local_address: text("local_address"),
  max_conns_per_host: count("max_conns_per_host", "bad integer value"),
  max_response_header: size("max_response_header_size", "invalid max response header size"),
  network_proxy: (line) => ({ network_proxy: line.inlineModule("caddy.network_proxy", "from") }),
  proxy_protocol: readProxyProtocol,
  read_buffer: size("read_buffer_size", "invalid read buffer size"),
  read_timeout: time("read_timeout", "invalid read timeout duration"),
  response_header_timeout: time("response_header_timeout", "bad timeout value"),
  versions: texts("versions"),
  write_buffer: size("write_buffer_size", "invalid write buffer size"),
  write_timeout: time("write_timeout", "invalid write timeout duration"),
};

const KEEP_ALIVE: SectionTable = {
  keepalive: readKeepAlive,
  keepalive_idle_conns: count("max_idle_conns", "bad integer value"),
  keepalive_idle_conns_per_host: count("max_idle_conns_per_host", "bad integer value"),
  keepalive_interval: time("probe_interval", "bad interval value"),
};

const TLS: SectionTable = {
  tls: () => ({}),
  tls_client_auth: readClientAuth,
  tls_curves: texts("curves"),
  tls_except_ports: texts("except_ports"),
  tls_insecure_skip_verify: flag("insecure_skip_verify"),
  tls_renegotiation: readRenegotiation,
  tls_server_name: text("server_name"),
  tls_timeout: time("handshake_timeout", "bad timeout value"),
  tls_trust_pool: readTrustPool,
  tls_trusted_ca_certs: readTrustedCertificates,
};

const HTTP = defineSections({
  "": CONNECTIONS,
  keep_alive: KEEP_ALIVE,
  resolver: { resolvers: readResolvers },
  tls: TLS,
});

function readForwardProxy(line: Line): JsonObject {
  line.warn("The 'forward_proxy_url' field is deprecated. Use 'network_proxy <url>' instead.");
  return { network_proxy: { from: "url", url: line.expectArgument("a URL").text } };
}

function readProxyProtocol(line: Line): JsonObject {
  const { text: version } = line.expectArgument("a version");
  if (version === "v1" || version === "v2") return { proxy_protocol: version };
  return line.fail(`invalid proxy protocol version '${version}'`, 'write "v1" or "v2"');
}

function readKeepAlive(line: Line): JsonObject {
  if (line.peek()?.text !== "off") return { idle_timeout: expectTime(line, "bad duration value") };
  line.argument();
  return { enabled: false };
}

function readClientAuth(line: Line): JsonObject {
  const first = line.expectArgument("a domain, or the files of a certificate and its key").text;
  const key = line.argument()?.text;
  if (key === undefined) return { client_certificate_automate: first };
  return { client_certificate_file: first, client_certificate_key_file: key };
}

function readRenegotiation(line: Line): JsonObject {
  const { text: renegotiation } = line.expectArgument("never, once or freely");
  if (/^(?:never|once|freely)$/.test(renegotiation)) return { renegotiation };
  return line.wrongCount('write "never", "once" or "freely"');
}

function readTrustPool(line: Line, { ca, root_ca_pem_files }: JsonObject): JsonObject {
  if (root_ca_pem_files !== undefined) line.fail(BOTH_POOLS);
  if (ca !== undefined) line.fail('cannot specify "tls_trust_pool" twice in caddyfile');
  return { ca: line.inlineModule("tls.ca_pool.source", "provider") };
}

function readTrustedCertificates(line: Line, { ca }: JsonObject): JsonObject {
  line.warn(
    "The 'tls_trusted_ca_certs' field is deprecated. Use the 'tls_trust_pool' field instead.",
  );
  if (ca !== undefined) line.fail(BOTH_POOLS);
  return texts("root_ca_pem_files")(line, {});
}

const BOTH_POOLS = "cannot specify both 'tls_trust_pool' and 'tls_trusted_ca_certs'";

/** All standard transports. */
export const proxyTransports: readonly ModuleSyntax[] = [fastcgi, http];

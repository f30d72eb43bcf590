// Short names for placeholders, such as {host} for {http.request.host}. They exist in Caddyfiles
// only; the JSON has the long names. They are replaced in every token of a site or named route.

import type { Segment } from "./blocks.js";

/** Short names that stand for one placeholder. */
const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    host: "http.request.host",
    hostport: "http.request.hostport",
    port: "http.request.port",
    orig_method: "http.request.orig_method",
    orig_uri: "http.request.orig_uri",
    orig_path: "http.request.orig_uri.path",
    orig_dir: "http.request.orig_uri.path.dir",
    orig_file: "http.request.orig_uri.path.file",
    orig_query: "http.request.orig_uri.query",
    "orig_?query": "http.request.orig_uri.prefixed_query",
    method: "http.request.method",
    uri: "http.request.uri",
    "%uri": "http.request.uri_escaped",
    path: "http.request.uri.path",
    "%path": "http.request.uri.path_escaped",
    dir: "http.request.uri.path.dir",
    file: "http.request.uri.path.file",
    query: "http.request.uri.query",
    "%query": "http.request.uri.query_escaped",
    "?query": "http.request.uri.prefixed_query",
    remote: "http.request.remote",
    remote_host: "http.request.remote.host",
    remote_port: "http.request.remote.port",
    scheme: "http.request.scheme",
    uuid: "http.request.uuid",
    tls_cipher: "http.request.tls.cipher_suite",
    tls_version: "http.request.tls.version",
    tls_client_fingerprint: "http.request.tls.client.fingerprint",
    tls_client_issuer: "http.request.tls.client.issuer",
    tls_client_serial: "http.request.tls.client.serial",
    tls_client_subject: "http.request.tls.client.subject",
    tls_client_certificate_pem: "http.request.tls.client.certificate_pem",
    tls_client_certificate_der_base64: "http.request.tls.client.certificate_der_base64",
    upstream_hostport: "http.reverse_proxy.upstream.hostport",
    client_ip: "http.vars.client_ip",
  }),
);

/** What comes before the dot of {header.Accept} and its like, and whether more dots may follow. */
const FAMILIES: ReadonlyMap<string, { readonly long: string; readonly dots: boolean }> = new Map(
  Object.entries({
    header: { long: "http.request.header", dots: false },
    cookie: { long: "http.request.cookie", dots: false },
    labels: { long: "http.request.host.labels", dots: false },
    path: { long: "http.request.uri.path", dots: false },
    file: { long: "http.request.uri.path.file", dots: false },
    query: { long: "http.request.uri.query", dots: false },
    re: { long: "http.regexp", dots: true },
    vars: { long: "http.vars", dots: false },
    rp: { long: "http.reverse_proxy", dots: true },
    resp: { long: "http.intercept", dots: true },
    err: { long: "http.error", dots: true },
    file_match: { long: "http.matchers.file", dots: false },
  }),
);

const PLACEHOLDER = /\{([%?\w]+)(?:\.([\w.-]*))?\}/g;

/** A text with the long names of its placeholders. */
export function expandShorthands(text: string): string {
  if (!text.includes("{")) return text;
  return text.replace(PLACEHOLDER, (whole, name: string, rest: string | undefined) => {
    if (rest === undefined) return wrap(NAMES.get(name)) ?? whole;
    const family = FAMILIES.get(name);
    if (family === undefined || (!family.dots && rest.includes("."))) return whole;
    return `{${family.long}.${rest}}`;
  });
}

/** A segment with the long names in all its tokens, quoted ones as well. */
export function expandSegment(segment: Segment): Segment {
  if (!segment.some((token) => token.text.length > 1 && token.text.includes("{"))) return segment;
  return segment.map((token) => token.withText(expandShorthands(token.text)));
}

/** The short name, in its braces, of what has this long name; undefined when there is none. */
export function shorthandOf(text: string): string | undefined {
  const parts = text.split(/[{}]/).filter((part) => part !== "");
  if (parts.length !== 1) return undefined;
  for (const [short, long] of NAMES) if (long === parts[0]) return `{${short}}`;
  return undefined;
}

function wrap(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `{${name}}`;
}

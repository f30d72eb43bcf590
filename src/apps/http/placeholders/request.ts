// `http.request.*`: the request as it is now, after rewrites, and as it came (`orig_…`).

import { randomUUID } from "node:crypto";
import { parseIp, printIp } from "../cidr.js";
import type { Exchange } from "../exchange.js";
import { parseTarget, printTarget, type Target } from "../target.js";
import { fieldText } from "./answer.js";
import type { Meaning, Read } from "./read.js";
import { printDuration, queryEscape } from "./text.js";
import { tlsMeaning } from "./tls.js";

const NAMES: ReadonlyMap<string, Read> = new Map<string, Read>([
  ["method", ({ method }) => method],
  ["scheme", ({ isTls }) => (isTls ? "https" : "http")],
  ["proto", ({ request }) => `HTTP/${request.httpVersion}`],
  ["proto_name", ({ request }) => protocolName(request.httpVersion)],
  ["host", ({ hostport }) => splitHost(hostport)?.host ?? hostport],
  ["port", ({ hostport }) => splitHost(hostport)?.port ?? ""],
  ["hostport", ({ hostport }) => hostport],
  ["local", (exchange) => joinHost(localIp(exchange), localPort(exchange))],
  ["local.host", localIp],
  ["local.port", localPort],
  ["remote", (exchange) => joinHost(remoteIp(exchange), remotePort(exchange))],
  ["remote.host", remoteIp],
  ["remote.port", remotePort],
  ["uri", ({ target }) => printTarget(target)],
  ["uri_escaped", ({ target }) => queryEscape(printTarget(target))],
  ...targetNames("uri", ({ target }) => target),
  ["uri.path_escaped", ({ path }) => queryEscape(path)],
  ["uri.path.file.base", ({ path }) => baseName(path)],
  ["uri.path.file.ext", ({ path }) => extension(path)],
  ["uri.query_escaped", ({ target }) => queryEscape(target.query)],
  ["orig_method", ({ request }) => request.method],
  ["orig_uri", ({ request }) => request.url],
  ...targetNames("orig_uri", originalTarget),
  ["duration", (exchange) => printDuration(sinceStart(exchange))],
  ["duration_ms", (exchange) => String(sinceStart(exchange))],
  ["uuid", requestId],
]);

/** Families of names: what follows the prefix says which one is meant. */
const FAMILIES: readonly (readonly [prefix: string, of: (rest: string) => Meaning])[] = [
  [
    "header.",
    (name) =>
      ({ headers }) =>
        fieldText(headers, name),
  ],
  [
    "uri.query.",
    (key) =>
      ({ query }) =>
        query.get(key)?.join(",") ?? "",
  ],
  ["uri.path.", (rest) => pathPart(rest, ({ path }) => path)],
  ["orig_uri.path.", (rest) => pathPart(rest, (exchange) => originalTarget(exchange).path)],
  ["cookie.", (name) => (exchange) => cookie(exchange, name.toLowerCase())],
  ["host.labels.", hostLabel],
  ["remote.host/", remoteRange],
  ["tls.", tlsMeaning],
];

/** What a name of the request means. */
export function requestMeaning(name: string): Meaning {
  if (!name.startsWith("http.request.")) return undefined;
  const rest = name.slice("http.request.".length);
  const fixed = NAMES.get(rest);
  if (fixed !== undefined) return fixed;
  const family = FAMILIES.find(([prefix]) => rest.startsWith(prefix));
  return family?.[1](rest.slice(family[0].length));
}

function targetNames(prefix: string, of: (exchange: Exchange) => Target): [string, Read][] {
  return [
    [`${prefix}.path`, (exchange) => of(exchange).path],
    [`${prefix}.path.file`, (exchange) => fileName(of(exchange).path)],
    [`${prefix}.path.dir`, (exchange) => directory(of(exchange).path)],
    [`${prefix}.query`, (exchange) => of(exchange).query],
    [`${prefix}.prefixed_query`, (exchange) => prefixed(of(exchange).query)],
  ];
}

function originalTarget({ request }: Exchange): Target {
  return parseTarget(request.url ?? "/");
}

function prefixed(query: string): string {
  return query === "" ? "" : `?${query}`;
}

function protocolName(version: string): string {
  return version === "2.0" ? "HTTP/2" : `HTTP/${version}`;
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function directory(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** From the last dot of the last segment on. */
function extension(path: string): string {
  const file = fileName(path);
  const dot = file.lastIndexOf(".");
  return dot < 0 ? "" : file.slice(dot);
}

/** The last segment without its extension. A slash at the end does not count. */
function baseName(path: string): string {
  const end = path.endsWith("/") ? lastOtherThanSlash(path) + 1 : path.length;
  if (end === 0) return path === "" ? "." : "/";
  const base = fileName(path.slice(0, end));
  const ext = extension(path);
  return ext === "" ? base : base.slice(0, -ext.length);
}

function lastOtherThanSlash(path: string): number {
  let at = path.length - 1;
  while (path[at] === "/") at--;
  return at;
}

function pathPart(rest: string, pathOf: (exchange: Exchange) => string): Meaning {
  const index = position(rest);
  if (index === undefined) return undefined;
  return (exchange) => {
    const parts = pathOf(exchange).split("/");
    return parts[parts[0] === "" ? index + 1 : index] ?? "";
  };
}

/** A label of the host, counted from the right. */
function hostLabel(rest: string): Meaning {
  const index = position(rest);
  if (index === undefined) return undefined;
  return ({ hostport }) => {
    const labels = (splitHost(hostport)?.host ?? hostport).split(".");
    return (labels[labels.length - 1 - index] ?? "").toLowerCase();
  };
}

function position(text: string): number | undefined {
  return /^\+?\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** `a.com:80` and `[::1]:80` taken apart; undefined when there is no port. */
function splitHost(hostport: string): { host: string; port: string } | undefined {
  if (!hostport.includes(":")) return undefined;
  const parts = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(hostport);
  return parts ? { host: parts[1] ?? parts[2] ?? "", port: parts[3] ?? "" } : undefined;
}

function joinHost(ip: string, port: string): string {
  if (port === "") return ip;
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** Peers at a unix socket have no address; Caddy calls them `@`. */
function remoteIp({ remoteIp }: Exchange): string {
  return remoteIp === "" ? "@" : withoutMapping(remoteIp);
}

function remotePort({ request }: Exchange): string {
  return String(request.socket.remotePort ?? "");
}

function localIp({ request }: Exchange): string {
  return withoutMapping(request.socket.localAddress ?? "");
}

function localPort({ request }: Exchange): string {
  return String(request.socket.localPort ?? "");
}

/** An IPv4 peer of a dual-stack socket, `::ffff:10.0.0.1`, as the address that it has. */
function withoutMapping(ip: string): string {
  return ip.startsWith("::ffff:") && ip.includes(".") ? ip.slice("::ffff:".length) : ip;
}

/** `24,64`: the network that the client is in, by the bits for IPv4 and for IPv6. */
function remoteRange(rest: string): Meaning {
  const [v4 = "", v6 = v4] = rest.split(",");
  return (exchange) => {
    const ip = remoteIp(exchange);
    const words = parseIp(ip);
    if (words === undefined) return ip;
    const bits = position(words.length === 1 ? v4 : v6);
    if (bits === undefined || bits > words.length * 32) return "";
    const kept = words.map((word, i) => (word & maskOf(bits - 32 * i)) >>> 0);
    return `${printIp(kept)}/${bits}`;
  };
}

/** A 32-bit word whose first `bits` are set. */
function maskOf(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}

/** The first cookie of a name, in whatever case; undefined when there is none. */
function cookie({ headers }: Exchange, lowerName: string): string | undefined {
  for (const line of headers.values("cookie")) {
    for (const pair of line.split(";")) {
      const equals = pair.indexOf("=");
      const name = (equals < 0 ? pair : pair.slice(0, equals)).trim();
      if (name.toLowerCase() !== lowerName) continue;
      const value = equals < 0 ? "" : pair.slice(equals + 1).trim();
      return /^".*"$/.test(value) ? value.slice(1, -1) : value;
    }
  }
  return undefined;
}

function sinceStart({ startedAt }: Exchange): number {
  return performance.now() - startedAt;
}

/** An identifier for the request, the same however often it is asked for. */
function requestId({ vars }: Exchange): string {
  const known = vars.get("uuid");
  if (typeof known === "string") return known;
  const made = randomUUID();
  vars.set("uuid", made);
  return made;
}

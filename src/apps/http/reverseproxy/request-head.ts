// Makes the head of the request that goes upstream out of the one that came. Which fields are ours
// to write, which are the client's to choose, and which must not pass at all is decided here.

import type { IpSet } from "../cidr.js";
import { type Exchange, HttpError } from "../exchange.js";
import { isToken } from "../field-text.js";
import { encodeComponent } from "../percent.js";
import { hasToken } from "./head.js";
import { HOP_BY_HOP, nominatedBy } from "./hop.js";

/**
 * Fields that say where a message ends or goes: they follow from what is sent, not from a config.
 */
const FRAMING: ReadonlySet<string> = new Set(["host", "content-length", "transfer-encoding"]);

/** Fields that are taken out and put back as they should be. */
const REWRITTEN = ["via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"];

/** Fields of a request that do not go upstream as they came. */
const NOT_FORWARDED: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...FRAMING, ...REWRITTEN]);

const NONE: readonly string[] = [];
const UNFIT = /[^\t\x20-\x7e\x80-\xff]/;
const NOT_IN_TARGET = /[^\x21-\x7e]/;

/** The protocols that a request offers to switch to, in lower case, or nothing. */
export function upgradeOf(exchange: Exchange): string {
  const { headers, request } = exchange;
  // Only then did the server leave the connection to us.
  if (!("upgrade" in request) || request.upgrade !== true) return "";
  if (!headers.values("connection").some((value) => hasToken(value, "upgrade"))) return "";
  return headers.get("upgrade")?.toLowerCase() ?? "";
}

/** The fields of a request as they go upstream, but for those that frame it. */
export function forwardedFields(exchange: Exchange, trusted: IpSet, upgrade: string): string[] {
  const { headers, request } = exchange;
  const nominated = nominatedBy(headers.values("connection").join(","));
  const raw = headers.toRaw();
  const fields: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const lower = name.toLowerCase();
    if (NOT_FORWARDED.has(lower) || (nominated.length > 0 && nominated.includes(lower))) continue;
    fields.push(name, raw[i + 1] as string);
  }
  if (headers.values("te").some((value) => hasToken(value, "trailers"))) {
    fields.push("Te", "trailers");
  }
  if (request.headers["transfer-encoding"] !== undefined) {
    // They go upstream, too, and not every server reads those that were not announced.
    for (const trailer of headers.values("trailer")) fields.push("Trailer", trailer);
  }
  if (upgrade !== "") fields.push("Connection", "Upgrade", "Upgrade", upgrade);
  addForwarded(fields, exchange, trusted);
  for (const via of headers.values("via")) fields.push("Via", via);
  fields.push("Via", `${request.httpVersion} graft`);
  return fields;
}

/** X-Forwarded-*: what a client says of itself counts only if it is a proxy that is trusted. */
function addForwarded(fields: string[], exchange: Exchange, trustedProxies: IpSet): void {
  const ip = plainIp(exchange.remoteIp);
  const trusted = trustedProxies.contains(ip) || exchange.server.trustsPeer(exchange);
  // The peer of a unix socket has no address to tell of.
  if (ip === "" && !trusted) return;
  const before = (name: string) => (trusted ? exchange.headers.values(name) : NONE);

  const path = [before("x-forwarded-for").join(", "), ip].filter((part) => part !== "");
  if (path.length > 0) fields.push("X-Forwarded-For", path.join(", "));
  const proto = before("x-forwarded-proto").at(-1);
  fields.push("X-Forwarded-Proto", proto || (exchange.isTls ? "https" : "http"));
  fields.push("X-Forwarded-Host", before("x-forwarded-host").at(-1) || exchange.hostport);
}

/** An address without zone, and IPv4 as such even on a socket that takes both. */
function plainIp(address: string): string {
  const zone = address.indexOf("%");
  const ip = zone < 0 ? address : address.slice(0, zone);
  return ip.startsWith("::ffff:") && ip.includes(".") ? ip.slice(7) : ip;
}

/**
 * Fields without those that header rules left behind and that would contradict the real framing.
 */
export function withoutFraming(fields: readonly string[]): string[] {
  return fields.filter((_, i) => !FRAMING.has((fields[i & ~1] as string).toLowerCase()));
}

/** How the body of a request ends. */
export type BodyFraming =
  | { readonly body: "none" | "chunked" }
  | { readonly body: "length"; readonly length: number };

/** A request to be written down. */
export interface HeadParts {
  readonly method: string;
  readonly uri: string;
  readonly host: string;
  readonly fields: readonly string[];
  readonly framing: BodyFraming;
  /** Whether to say that there is no body: `Content-Length: 0`. */
  readonly sayEmpty: boolean;
}

/** Write the head down, as bytes in a string. Throws `HttpError` for what cannot be sent. */
export function writeHead({ method, uri, host, fields, framing, sayEmpty }: HeadParts): string {
  if (!isToken(method)) throw new HttpError(500, "the method is not one that can be sent");
  let head = `${method} ${sendableTarget(uri)} HTTP/1.1\r\n${line("Host", host)}`;
  for (let i = 0; i < fields.length; i += 2) {
    head += line(fields[i] as string, fields[i + 1] as string);
  }
  if (framing.body === "length") head += line("Content-Length", String(framing.length));
  else if (framing.body === "chunked") head += line("Transfer-Encoding", "chunked");
  else if (sayEmpty) head += line("Content-Length", "0");
  return `${head}\r\n`;
}

/** A host that rules have set. A path, as the address of a unix socket is one, names none. */
export function sendableHost(text: string): string {
  return text.replace(/[ /].*$/s, "");
}

function line(name: string, value: string): string {
  if (!isToken(name) || UNFIT.test(value)) {
    throw new HttpError(502, `header field ${JSON.stringify(name)} cannot be sent upstream`);
  }
  return `${name}: ${value}\r\n`;
}

/** A target that stays one word, whatever a rewrite put into it. */
function sendableTarget(uri: string): string {
  if (!NOT_IN_TARGET.test(uri)) return uri;
  return uri.replace(/[^\x21-\x7e]+/g, encodeComponent);
}

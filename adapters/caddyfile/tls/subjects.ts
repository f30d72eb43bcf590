// For which names certificates can be had, and from whom.

import { canonicalIPv6 } from "../syntax/host-port.js";

/** Whether a name could stand in a certificate at all. */
export function qualifiesForCertificate(name: string): boolean {
  if (name.trim() === "" || name.startsWith(".") || name.endsWith(".")) return false;
  if (name.includes("*") && name !== "*" && !name.startsWith("*.")) return false;
  return !/[()[\]{}<> \t\n"\\!@#$%^&|;'+=]/.test(name);
}

/**
 * Whether a public authority would vouch for a name. For names of several wildcards none does, but
 * `onDemand` no wildcard is asked for: the whole name is known at the handshake.
 */
export function isPublic(name: string, onDemand: boolean): boolean {
  if (isInternal(name) || isIp(name)) return false;
  return onDemand || name.split("*.").length < 3;
}

/** As `isPublic`, by the rules that browsers have for wildcards. */
export function isStrictlyPublic(name: string): boolean {
  if (!qualifiesForCertificate(name) || isInternal(name)) return false;
  return !name.includes("*") || /^\*\.[^*]*\.[^*]*$/.test(name);
}

/** Whether a name is of a Tailscale network, whose certificates Tailscale hands out. */
export function isTailscale(name: string): boolean {
  return name.toLowerCase().endsWith(".ts.net");
}

/** Whether a name has a meaning in one's own network only. */
function isInternal(name: string): boolean {
  const host = name.toLowerCase().replace(/\.$/, "");
  if (/(?:^|\.)localhost$|\.(?:local|internal|home\.arpa)$/.test(host)) return true;
  const bytes = ipv4Bytes(host);
  if (bytes !== undefined) return isPrivateIpv4(bytes);
  const first = firstGroup(host);
  if (first === undefined) return false;
  return first < 0x0200 || (first & 0xffc0) === 0xfe80 || (first & 0xfe00) === 0xfc00;
}

function isIp(name: string): boolean {
  return ipv4Bytes(name) !== undefined || firstGroup(name) !== undefined;
}

function isPrivateIpv4([a = 0, b = 0]: readonly number[]): boolean {
  if (a === 10 || a === 127) return true;
  if (a === 172) return b >= 16 && b < 32;
  return (a === 0 && b === 0) || (a === 192 && b === 168) || (a === 169 && b === 254);
}

/** The bytes of an IPv4 address, also of one that is written as an IPv6 address. */
function ipv4Bytes(text: string): readonly number[] | undefined {
  const dotted = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/i.exec(text)?.slice(1);
  if (dotted === undefined) return undefined;
  const isValid = dotted.every((part) => Number(part) < 256 && String(Number(part)) === part);
  return isValid ? dotted.map(Number) : undefined;
}

/** The first sixteen bits of an IPv6 address. */
function firstGroup(text: string): number | undefined {
  if (!text.includes(":") || text.includes("%")) return undefined;
  const address = canonicalIPv6(text);
  return address === undefined ? undefined : Number.parseInt(`0${address.split(":")[0]}`, 16);
}

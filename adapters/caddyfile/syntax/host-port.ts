// Hosts and ports, taken apart as Go's `net` package does it, for that is what Caddyfiles were
// written against. An IPv6 host stands in brackets before a port.

/** A host and what follows its colon; either may be empty. */
export interface HostPort {
  readonly host: string;
  readonly port: string;
}

/** Split `host:port`, `[host]:port` or `:port`. Undefined when there is no port, or it is unclear. */
export function splitHostPort(text: string): HostPort | undefined {
  const colon = text.lastIndexOf(":");
  if (colon === -1) return undefined;
  const bracketed = text.startsWith("[");
  const end = bracketed ? text.indexOf("]") : colon;
  if (bracketed && end + 1 !== colon) return undefined;

  const host = bracketed ? text.slice(1, end) : text.slice(0, end);
  if (!bracketed && host.includes(":")) return undefined;
  const rest = text.slice(colon + 1);
  if (host.includes("[") || rest.includes("[")) return undefined;
  if (rest.includes("]") || (!bracketed && host.includes("]"))) return undefined;
  return { host, port: rest };
}

/** The opposite of `splitHostPort`. */
export function joinHostPort(host: string, port: string): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * An IPv6 address in its shortest form, in lower case. Undefined for everything else, and for an
 * IPv4 address in the form of an IPv6 one, which keeps the form it has.
 */
export function canonicalIPv6(host: string): string | undefined {
  if (!host.includes(":")) return undefined;
  const [address = "", ...zone] = host.split("%");
  if (!/^[0-9A-Fa-f:.]+$/.test(address) || !address.includes(":")) return undefined;
  if (!URL.canParse(`http://[${address}]`)) return undefined;
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  if (/^::ffff:[0-9a-f]+:[0-9a-f]+$/.test(canonical)) return undefined;
  return zone.length === 0 ? canonical : `${canonical}%${zone.join("%")}`;
}

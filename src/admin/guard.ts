// Who may talk to the admin endpoint. It has no password: what protects it is that only this machine
// reaches it, and a web page in a browser on this machine must not be able to borrow that. Pure, so
// that every rule is a line in a table of tests.

/** The headers that tell where a request comes from. */
export interface Provenance {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly referer: string | undefined;
  readonly secFetchMode: string | undefined;
  readonly upgrade: string | undefined;
}

/** Who may ask. */
export interface GuardRules {
  /** Refuse a Host that is not among the origins: a page may have its name resolve to us. */
  readonly enforceHost: boolean;
  /** Ask for an allowed origin even where the request does not name one. */
  readonly enforceOrigin: boolean;
  /** `host:port`, or with a scheme. */
  readonly origins: readonly string[];
}

/** Where the endpoint listens. */
export type AdminAddress =
  | { readonly network: "tcp"; readonly host: string; readonly port: number }
  | { readonly network: "unix" | "fd" };

/** The part of the document that says who may ask. */
export interface AdminAccess {
  readonly origins?: readonly string[];
  readonly enforce_origin?: boolean;
}

/** What becomes of a request. */
export type Verdict =
  /** `origin` may read the answer, where there is one. */
  | { readonly allowed: true; readonly origin?: string }
  | { readonly allowed: false; readonly status: 400 | 403; readonly reason: string };

/** The rules for an endpoint that listens at `address`. An empty list of origins allows none. */
export function guardRules(address: AdminAddress, access: AdminAccess = {}): GuardRules {
  return {
    enforceHost: address.network === "tcp" && !isWildcard(address.host),
    enforceOrigin: access.enforce_origin ?? false,
    origins: access.origins ?? ownOrigins(address),
  };
}

/** Judge one request. */
export function judge(from: Provenance, rules: GuardRules): Verdict {
  const trick = browserTrick(from);
  if (trick !== undefined) return refuse(400, trick);
  if (rules.enforceHost && !isAllowedHost(from.host, rules)) {
    return refuse(403, `host not allowed: ${from.host ?? ""}`);
  }
  const isBrowser = from.origin !== undefined || from.secFetchMode !== undefined;
  if (!rules.enforceOrigin && !isBrowser) return { allowed: true };

  const origin = parseOrigin(from.origin || from.referer || "");
  if (origin === undefined) return refuse(403, "an allowed Origin is required");
  if (!isAllowedOrigin(origin, rules)) return refuse(403, `origin not allowed: ${origin.text}`);
  return { allowed: true, origin: origin.text };
}

/** Requests that no client of ours sends, and pages use to get around the same-origin policy. */
function browserTrick(from: Provenance): string | undefined {
  if (from.upgrade?.toLowerCase().includes("websocket")) {
    return "WebSocket connections are not allowed: browsers open them across origins";
  }
  if (from.secFetchMode?.toLowerCase().includes("no-cors")) {
    return "requests in no-cors mode are not allowed: it disables the same-origin policy";
  }
  return from.origin === "null" ? "the origin null is not allowed: it may be any page" : undefined;
}

interface Origin {
  /** Without the colon; empty where an allowed origin names none. */
  readonly scheme: string;
  readonly host: string;
  readonly text: string;
}

/** `scheme://host:port` of an Origin or Referer. */
function parseOrigin(text: string): Origin | undefined {
  const [, scheme, host] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\s@\\]+)(?:[/?#]|$)/i.exec(text) ?? [];
  if (scheme === undefined || host === undefined) return undefined;
  return { scheme: scheme.toLowerCase(), host: host.toLowerCase(), text: `${scheme}://${host}` };
}

function parseAllowed(text: string): Origin {
  return parseOrigin(text) ?? { scheme: "", host: text.toLowerCase(), text };
}

function isAllowedHost(host: string | undefined, { origins }: GuardRules): boolean {
  const wanted = host?.toLowerCase() ?? "";
  return origins.some((origin) => parseAllowed(origin).host === wanted);
}

function isAllowedOrigin(origin: Origin, { origins }: GuardRules): boolean {
  return origins.some((text) => {
    const { scheme, host } = parseAllowed(text);
    return host === origin.host && (scheme === "" || scheme === origin.scheme);
  });
}

function ownOrigins(address: AdminAddress): readonly string[] {
  if (address.network !== "tcp") return [];
  const { host, port } = address;
  const names = isLoopback(host) ? ["localhost", "::1", "127.0.0.1"] : [host];
  return names.map((name) => (name.includes(":") ? `[${name}]:${port}` : `${name}:${port}`));
}

function isWildcard(host: string): boolean {
  return host === "" || host === "0.0.0.0" || host === "::";
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function refuse(status: 400 | 403, reason: string): Verdict {
  return { allowed: false, status, reason };
}

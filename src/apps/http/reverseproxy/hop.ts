// Which header fields are meant for one hop alone and never pass a proxy (RFC 9110, 7.6.1).

const NONE: readonly string[] = [];

/** Fields that end at the next hop, and those treated like them; in lower case. */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "alt-svc",
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The field names that the value of Connection nominates, in lower case: these end here too. */
export function nominatedBy(connection: string): readonly string[] {
  if (connection === "" || connection === "keep-alive" || connection === "close") return NONE;
  const names = connection.split(",").map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== "");
}

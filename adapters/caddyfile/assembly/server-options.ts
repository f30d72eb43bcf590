// What `servers` options say, put into the servers they are for.

import type { Json, JsonObject } from "../../../src/document/index.js";
import type { GlobalOptions, ServerOptions } from "../options/global-options.js";

/** The servers under the names they are to have, with their options. */
export function nameServers(
  servers: readonly JsonObject[],
  options: GlobalOptions,
): Readonly<Record<string, JsonObject>> {
  const named: [string, JsonObject][] = [];
  const renamed: [string, JsonObject][] = [];
  for (const [index, server] of servers.entries()) {
    const found = options.servers?.find(
      ({ address }) => address === "" || (server.listen as readonly string[]).includes(address),
    );
    if (found === undefined) named.push([`srv${index}`, server]);
    else if (found.name === "") named.push([`srv${index}`, withOptions(server, found)]);
    else renamed.push([found.name, withOptions(server, found)]);
  }
  return Object.fromEntries([...named, ...renamed]);
}

function withOptions(server: JsonObject, { fields, logs }: ServerOptions): JsonObject {
  const { listener_wrappers: _, packet_conn_wrappers: __, ...rest } = server;
  const all: Record<string, Json> = { ...rest, ...fields };
  if (Object.keys(logs).length > 0)
    all.logs = { ...(rest.logs as JsonObject | undefined), ...logs };
  return all;
}

// What `servers` options say, put into the servers they are for.

import type { Json, JsonObject } from "../../../src/document/index.js";
import { objectOf } from "../json.js";
import type { GlobalOptions, ServerOptions } from "../options/global-options.js";
import type { Marks } from "../source-map.js";

/** The servers under the names they are to have, with their options. */
export function nameServers(
  servers: readonly JsonObject[],
  options: GlobalOptions,
  marks: Marks,
): JsonObject {
  const named = new Map<string, JsonObject>();
  const renamed = new Map<string, JsonObject>();
  const known = servers.map((server) => [server, optionsFor(server, options)] as const);
  for (const [index, [server, own]] of known.entries()) {
    if (own?.name === undefined) named.set(`srv${index}`, withOptions(server, own, marks));
  }
  for (const [server, own] of known) {
    if (own?.name === undefined) continue;
    const { name } = own;
    if (named.has(name.text) || renamed.has(name.text)) {
      name.fail(`cannot use duplicate server name '${name.text}'`);
    }
    renamed.set(name.text, withOptions(server, own, marks));
  }
  return objectOf([...named, ...renamed]);
}

/** The options of a server: those for an address it listens on, or else those for all. */
export function optionsFor(
  { listen }: JsonObject,
  { servers }: GlobalOptions,
): ServerOptions | undefined {
  const addresses = Array.isArray(listen) ? listen : [];
  return servers?.find(({ address }) => address === "" || addresses.includes(address));
}

function withOptions(
  server: JsonObject,
  options: ServerOptions | undefined,
  marks: Marks,
): JsonObject {
  if (options === undefined) return server;
  const { listener_wrappers: _, packet_conn_wrappers: __, ...rest } = server;
  const { fields, logs } = options;
  const all: Record<string, Json> = { ...rest, ...fields };
  if (Object.keys(logs).length > 0) {
    all.logs = { ...(rest.logs as JsonObject | undefined), ...logs };
  }
  return marks.carry(all, server);
}

// What `servers` options say, put into the servers they are for.

import type { Json, JsonObject } from "../../../src/document/index.js";
import { objectOf } from "../json.js";
import type { Run } from "../line.js";
import type { GlobalOptions, ServerOptions } from "../options/global-options.js";
import type { Token } from "../syntax/token.js";

/** A server and the options that are for it. */
export interface OptedServer {
  readonly server: JsonObject;
  readonly options: ServerOptions | undefined;
}

/** Find for each server its options: those for an address it listens on, or else those for all. */
export function findOptions(
  servers: readonly JsonObject[],
  { servers: known = [] }: GlobalOptions,
): readonly OptedServer[] {
  // Those for longer addresses come first, and the first that fits is taken.
  const ranks = new Map(known.map(({ address }, rank) => [address, rank]));
  return servers.map((server) => {
    const addresses = Array.isArray(server.listen) ? server.listen : [];
    const found = [...addresses, ""].map((one) => ranks.get(one as string) ?? known.length);
    const first = found.reduce((a, b) => Math.min(a, b));
    return { server, options: known[first] };
  });
}

/** The servers under the names they are to have, with their options. */
export function nameServers(servers: readonly OptedServer[], run: Run): JsonObject {
  const named = new Map<string, JsonObject>();
  const renamed = new Map<string, JsonObject>();
  for (const [index, { server, options }] of servers.entries()) {
    if (nameOf(options) === undefined) named.set(`srv${index}`, withOptions(server, options, run));
  }
  for (const { server, options } of servers) {
    const name = nameOf(options);
    if (name === undefined) continue;
    if (named.has(name.text) || renamed.has(name.text)) {
      name.fail(`cannot use duplicate server name '${name.text}'`);
    }
    renamed.set(name.text, withOptions(server, options, run));
  }
  return objectOf([...named, ...renamed]);
}

/** The name that options give; an empty one is none. */
function nameOf(options: ServerOptions | undefined): Token | undefined {
  return options?.name?.text ? options.name : undefined;
}

function withOptions(
  server: JsonObject,
  options: ServerOptions | undefined,
  { budget, marks }: Run,
): JsonObject {
  if (options === undefined) return server;
  const { listener_wrappers: _, packet_conn_wrappers: __, ...rest } = server;
  const { fields, logs, token } = options;
  budget.use(fields, token);
  const all: Record<string, Json> = { ...rest, ...fields };
  if (Object.keys(logs).length > 0) {
    all.logs = { ...(rest.logs as JsonObject | undefined), ...logs };
  }
  return marks.carry(all, server);
}

// What a proxy speaks to its upstreams with. Their addresses have a say in it: `https://` asks for
// TLS, and `h2c://` for a version of HTTP.

import type { JsonObject } from "../../../../src/document/index.js";
import type { Line, NamedModule } from "../../line.js";
import type { Upstreams } from "./upstreams.js";

/** How a proxy speaks to its upstreams. */
export interface Transport {
  /** With its name under `protocol`; undefined for the default, which is plain HTTP. */
  readonly fields: JsonObject | undefined;
  readonly overTls: boolean;
}

/**
 * Read the `transport` line of a block, and bring it together with the upstreams. A `preset` is what
 * the directive stands for, so no other may be named.
 */
export function readTransport(
  line: Line,
  block: readonly Line[],
  upstreams: Upstreams,
  preset: NamedModule | undefined,
): Transport {
  const lines = block.filter(({ directive }) => directive === "transport");
  for (const inner of lines.slice(0, -1)) inner.warn("is replaced by the transport that follows");
  const named = lines.map((inner) => readModule(inner, preset)).at(-1) ?? preset;
  const { name, config } = agreeing(named ?? { name: "http", config: {} }, upstreams, line);
  const overTls = config.tls !== undefined;
  if (name === "http" && Object.keys(config).length === 0) return { fields: undefined, overTls };
  const token = lines.at(-1)?.name ?? (preset === undefined ? upstreams.token : line.name);
  return { fields: line.mark({ protocol: name, ...config }, token), overTls };
}

// transport <name> {
//     ...
// }
function readModule(line: Line, preset: NamedModule | undefined): NamedModule {
  if (preset !== undefined) line.fail("transport already specified");
  const module = line.module("http.reverse_proxy.transport");
  line.expectEnd();
  return module;
}

function agreeing({ name, config }: NamedModule, upstreams: Upstreams, line: Line): NamedModule {
  const { scheme, token = line.name } = upstreams;
  if (scheme === "http" && config.tls !== undefined) {
    token.fail("upstream address scheme is HTTP but transport is configured for HTTP+TLS (HTTPS)");
  }
  if (scheme === "https" && config.tls === undefined && name !== "http") {
    token.fail(
      `upstreams are configured for HTTPS but transport module does not support TLS: ${name}`,
    );
  }
  if (scheme === "https") return { name, config: { tls: {}, ...config } };
  if (scheme === "h2c" && name === "http") {
    return { name, config: { ...config, versions: ["h2c", "2"] } };
  }
  return { name, config };
}

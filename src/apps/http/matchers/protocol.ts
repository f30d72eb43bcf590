// The `protocol` matcher: by what the request came, or which version of HTTP it speaks.

import { Type } from "../../../schema/index.js";
import type { Exchange } from "../exchange.js";
import { defineMatcher } from "../module.js";

const tests = {
  http: (exchange) => !exchange.isTls,
  https: (exchange) => exchange.isTls,
  grpc: ({ headers }) => headers.get("content-type")?.startsWith("application/grpc") ?? false,
  "http/1.0": (exchange) => version(exchange) === 1,
  "http/1.0+": (exchange) => version(exchange) >= 1,
  "http/1.1": (exchange) => version(exchange) === 1.1,
  "http/1.1+": (exchange) => version(exchange) >= 1.1,
  "http/2": (exchange) => version(exchange) === 2,
  "http/2+": (exchange) => version(exchange) >= 2,
  "http/3": (exchange) => version(exchange) === 3,
  "http/3+": (exchange) => version(exchange) >= 3,
} satisfies Record<string, (exchange: Exchange) => boolean>;

type Protocol = keyof typeof tests;

/** Matches the request's protocol. */
export const protocol = defineMatcher({
  name: "protocol",
  stateless: true,
  summary: "Matches by the protocol: plain or encrypted, gRPC, or a version of HTTP.",
  schema: Type.Unsafe<Protocol>({
    type: "string",
    enum: Object.keys(tests),
    description: '"http", "https", "grpc", or a version: "http/1.1" just that, "http/2+" at least.',
  }),

  glance: () => ({}),
  provision: (name) => ({ match: tests[name] }),
});

function version({ request }: Exchange): number {
  return request.httpVersionMajor + request.httpVersionMinor / 10;
}

// `timeouts`: how fast the clients of a route have to be, where the server's limits do not fit.

import { Duration, durationMs, Type } from "../../../schema/index.js";
import { defineHandler } from "../module.js";
import { type Pace, setPace } from "../stalls.js";

const rate = (description: string) => Type.Optional(Type.Integer({ description }));

/** Sets limits, then passes the request on. */
export const timeouts = defineHandler({
  name: "timeouts",
  stateless: true,
  summary: "Sets how fast a client has to send a body and read an answer.",
  schema: Type.Object(
    {
      read_timeout: Type.Optional(
        Duration("How long the body of the request may stand still. Default: as the server says."),
      ),
      read_min_rate: rate("How fast it has to be on average beyond that (bytes per second)."),
      write_timeout: Type.Optional(
        Duration("How long the client may read nothing. Default: as the server says."),
      ),
      write_min_rate: rate("How fast it has to read on average beyond that (bytes per second)."),
      max_write_chunk: Type.Optional(
        Type.Integer({
          description: "Accepted from Caddy's configs. What counts is what moves.",
        }),
      ),
    },
    { additionalProperties: false },
  ),

  glance: () => true,
  provision({ read_timeout, read_min_rate = 0, write_timeout, write_min_rate = 0 }) {
    const readMs = durationMs(read_timeout, 0);
    const writeMs = durationMs(write_timeout, 0);
    const pace: Partial<Pace> = {
      ...(readMs > 0 ? { read: { stillMs: readMs, rate: read_min_rate } } : {}),
      ...(writeMs > 0 ? { write: { stillMs: writeMs, rate: write_min_rate } } : {}),
    };
    return {
      handle(exchange, next) {
        setPace(exchange.response.raw, pace);
        return next(exchange);
      },
    };
  },
});

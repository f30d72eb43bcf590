// How long the connections of a server may take for what, and how much they may send.

import { durationMs } from "../../schema/index.js";
import type { ServerConfig } from "./server-schema.js";
import type { Pace } from "./stalls.js";

/** Limits of the connections at a door (milliseconds, bytes). 0 is none. */
export interface Limits {
  readonly readHeaderMs: number;
  readonly readMs: number;
  readonly idleMs: number;
  readonly maxHeaderBytes: number;
  readonly keepAliveMs: number;
  readonly pace: Pace;
}

/** The limits that a config sets, and the usual ones where it does not. */
export function limitsOf(config: ServerConfig): Limits {
  const readMs = limitMs(config.read_timeout, 0);
  const readHeaderMs = limitMs(config.read_header_timeout, 60_000);
  return {
    // Node takes the longer of the two for the whole request, whichever is which.
    readHeaderMs: readMs > 0 ? Math.min(readHeaderMs, readMs) : readHeaderMs,
    readMs,
    idleMs: limitMs(config.idle_timeout, 300_000),
    keepAliveMs: keepAliveMs(config),
    maxHeaderBytes: config.max_header_bytes || 16 * 1024,
    pace: {
      read: { stillMs: limitMs(config.read_idle_timeout, 60_000), rate: config.read_min_rate ?? 0 },
      write: {
        stillMs: limitMs(config.write_idle_timeout, 60_000),
        rate: config.write_min_rate ?? 0,
      },
    },
  };
}

/** A limit as Caddy reads it: 0 is the usual one, less is none. */
function limitMs(limit: string | number | undefined, usual: number): number {
  return Math.max(0, durationMs(limit, 0) || usual);
}

/** After how long TCP probes. Node has no say in how often it does so from then on. */
function keepAliveMs({ keepalive_interval, keepalive_idle }: ServerConfig): number {
  const interval = limitMs(keepalive_interval, 15_000);
  return interval === 0 ? 0 : limitMs(keepalive_idle, interval) || interval;
}

// What the admin API is given, and the limits it keeps.

import type { Router } from "express";
import type { Door } from "../control/index.js";
import { type Adapter, type AdaptOptions, MAX_BYTES } from "../document/index.js";
import type { Clock, Log } from "../engine/index.js";
import type { GuardRules } from "./guard.js";

/** What a `prom-client` registry offers. */
export interface MetricsSource {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/** How much one client may ask of the admin API. */
export interface AdminLimits {
  /** The largest body (bytes). */
  readonly bodyBytes: number;
  /** How long a body may stand still before it is given up (milliseconds). */
  readonly bodyStallMs: number;
  /** How long an answer may stand still, because its reader does (milliseconds). */
  readonly answerStallMs: number;
  /** How many clients may follow `/events`. */
  readonly eventClients: number;
  /** How much may wait for a client of `/events` before it is cut off (bytes). */
  readonly eventQueueBytes: number;
  /** How often a silent event stream sends a sign of life (milliseconds). */
  readonly heartbeatMs: number;
}

/** The limits where nobody says otherwise. */
export const DEFAULT_LIMITS: AdminLimits = {
  bodyBytes: MAX_BYTES,
  bodyStallMs: 10_000,
  answerStallMs: 60_000,
  eventClients: 1000,
  eventQueueBytes: 8 * 1024 * 1024,
  heartbeatMs: 15_000,
};

/** What the admin API needs. */
export interface AdminOptions {
  readonly door: Door;
  /** The formats that `/load` and `/adapt` take besides JSON. */
  readonly adapters: readonly Adapter[];
  /** What adapters may use: the environment, and reading the files that a text imports. */
  readonly adapting?: Omit<AdaptOptions, "file">;
  readonly metrics: MetricsSource;
  /** What `GET /reverse_proxy/upstreams` answers. */
  readonly upstreams: () => unknown;
  /** Begin to stop the process; called when the answer to `/stop` is out. */
  readonly stop: () => void;
  /** Aborts when nothing more will happen: streams end then, and do not hold up the stop. */
  readonly ended?: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
  /** Facts for `/debug/vars`, besides those of the process. */
  readonly vars?: () => Readonly<Record<string, unknown>>;
  readonly limits?: Partial<AdminLimits>;
  /** Further endpoints: the dialects, the console, modules that bring their own. */
  readonly routers?: readonly Router[];
}

/** What the admin server needs. */
export interface AdminServerOptions extends AdminOptions {
  /** Who may ask; read anew for each request, as the document may change it. */
  readonly rules: () => GuardRules;
}

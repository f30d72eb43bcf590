// What the engine and the apps need from the world. `platform` has the real ones; a test hands in
// its own.

import type { Json, Path, Place } from "../document/index.js";

/** Where time comes from (milliseconds). */
export interface Clock {
  /** Wall time, milliseconds since 1970. */
  now(): number;
  /** Call `run` once after `ms`. The returned function cancels it. Never keeps a process alive. */
  after(ms: number, run: () => void): () => void;
  /** Call `run` every `ms`. The returned function ends it. Never keeps a process alive. */
  every(ms: number, run: () => void): () => void;
}

/** Facts that go with a log line. */
export type LogFields = Readonly<Record<string, unknown>>;

/** How severe a log line is. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** A structured log, with a name such as `http.log.access`. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log under a longer name: `http` and `.handlers` make `http.handlers`. */
  named(name: string): Log;
}

/** Where a node of the document stands, and where in a text it came from, if that is known. */
export interface Whereabouts {
  readonly path: Path;
  readonly place?: Place;
}

/** Everything the outside world gives to the engine. */
export interface Ports {
  readonly clock: Clock;
  readonly log: Log;
  /** Where a node is now that stood at `path`; asked for log lines. Without it: still there. */
  readonly whereabouts?: (node: Json, path: Path) => Whereabouts;
  /** The environment, for `{env.NAME}`. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A log that writes nothing. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  named: () => silentLog,
};

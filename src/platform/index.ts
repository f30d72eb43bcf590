// platform: the real clock, files, lock and log. Start with `files.ts`.

export type { Clock, Log, LogFields, LogLevel } from "../engine/index.js";
export * from "./atomic.js";
export * from "./clock.js";
export * from "./files.js";
export * from "./imports.js";
export * from "./lock.js";
export * from "./log.js";

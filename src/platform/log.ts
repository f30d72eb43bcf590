// The log: one JSON object a line, with Caddy's field names (`level`, `ts`, `logger`, `msg`), or
// lines for a person's terminal. The level can change while everybody holds on to the log they were
// given.

import { styleText, types } from "node:util";
import { type DestinationStream, destination, pino } from "pino";
import type { Log, LogFields, LogLevel } from "../engine/index.js";

/** The log at the root, whose level can be changed for all logs made from it. */
export interface RootLog extends Log {
  /** The least severe level that is written. */
  level: LogLevel;
}

/** Where a log goes and what it looks like. */
export interface LogOptions {
  /** The least severe level that is written; `info` when not given. */
  readonly level?: LogLevel;
  /** Where the lines go; standard error when not given. */
  readonly stream?: DestinationStream;
  /** `json` for machines, `console` for people; what suits standard error when not given. */
  readonly format?: "json" | "console";
}

const SEVERITY: Readonly<Record<LogLevel, number>> = { debug: 20, info: 30, warn: 40, error: 50 };

/** Make a log. */
export function createLog(options: LogOptions = {}): RootLog {
  const format = options.format ?? (process.stderr.isTTY ? "console" : "json");
  const stream = options.stream ?? destination({ dest: 2, sync: true });
  const writer = pino(
    {
      level: "debug", // what is too fine is held back below: children of pino copy its level
      base: null,
      timestamp: () => `,"ts":${Date.now() / 1000}`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describe, err: describe },
    },
    format === "console" ? forPeople(stream) : stream,
  );
  const root = { level: options.level ?? "info" };
  const make = (name: string): Log => {
    const to = name === "" ? writer : writer.child({ logger: name });
    const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
      if (SEVERITY[level] < SEVERITY[root.level]) return;
      if (fields === undefined) to[level](message);
      else to[level](fields, message);
    };
    const named = (more: string) => make(joined(name, more));
    return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error"), named };
  };
  return Object.assign(root, make(""));
}

function joined(name: string, more: string): string {
  const rest = more.replace(/^\./, "");
  return name === "" ? rest : `${name}.${rest}`;
}

/** An error is its stack: `JSON.stringify` would make nothing of it. */
function describe(value: unknown): unknown {
  return types.isNativeError(value) ? (value.stack ?? value.message) : value;
}

/** A stream that turns each line of JSON into one for a terminal. */
function forPeople(stream: DestinationStream): DestinationStream {
  return {
    write(line: string) {
      const { level, ts, logger, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
      const parts = [
        new Date(Number(ts) * 1000).toISOString().replace("T", " ").replace("Z", ""),
        colored(String(level)),
        ...(logger === undefined ? [] : [harmless(String(logger))]),
        harmless(String(msg)),
        ...(Object.keys(fields).length === 0 ? [] : [harmless(JSON.stringify(fields))]),
      ];
      stream.write(`${parts.join("\t")}\n`);
    },
  };
}

function colored(level: string): string {
  const color = ({ error: "red", warn: "yellow", info: "blue" } as const)[level];
  return color === undefined ? level.toUpperCase() : styleText(color, level.toUpperCase());
}

/** Text from a request must not be able to steer the terminal it is shown on. */
function harmless(text: string): string {
  return text.replace(
    /[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

// The document's `logging`: the loggers of `log` options and directives.

import type { Json, JsonObject } from "../../../src/document/index.js";
import { compare } from "../compare.js";
import { objectOf } from "../json.js";
import type { Run } from "../line.js";
import type { Marks } from "../source-map.js";
import { type CustomLog, DEFAULT_LOG } from "./custom-log.js";

/** The `logging` of the document; undefined when nothing was said about it. */
export function buildLogging(run: Run, siteLogs: readonly CustomLog[]): JsonObject | undefined {
  const { logs: globalLogs = [], debug } = run.options;
  const configured = [...globalLogs, ...siteLogs].flatMap((log) => configuredLog(log, run));
  const others = configured.filter(([name]) => name !== DEFAULT_LOG);
  const [, written] = configured.find(([name]) => name === DEFAULT_LOG) ?? [];
  const debugged = debug === true && !globalLogs.some(({ name }) => name === DEFAULT_LOG);
  const defaultLog = withoutOthers(debugged ? { level: "DEBUG" } : written, others, run.marks);
  const logs = defaultLog === undefined ? others : [[DEFAULT_LOG, defaultLog] as const, ...others];
  return logs.length === 0 ? undefined : { logs: objectOf(logs) };
}

/** A logger's name and configuration. */
type ConfiguredLog = readonly [name: string, config: JsonObject];

/** A logger with the level it has in the end; nothing when it is not configured. */
function configuredLog(
  { name, config }: CustomLog,
  { options, marks }: Run,
): readonly ConfiguredLog[] {
  if (name === "" || config === undefined) return [];
  if (options.debug !== true || config.level !== undefined) return [[name, config]];
  return [[name, marks.carry({ ...config, level: "DEBUG" }, config)]];
}

/**
 * The default logger, which does not log what other loggers are for: people who send the access
 * log to a file of its own do not want it in the default log, too.
 */
function withoutOthers(
  config: JsonObject | undefined,
  others: readonly ConfiguredLog[],
  marks: Marks,
): JsonObject | undefined {
  const taken = others.flatMap(([, other]) => textsOf(other.include));
  if (taken.length === 0) return config;
  const exclude = [...new Set([...textsOf(config?.exclude), ...taken])].sort(compare);
  return marks.carry({ ...config, exclude }, config ?? {});
}

function textsOf(list: Json | undefined): readonly string[] {
  return Array.isArray(list) ? (list as readonly string[]) : [];
}

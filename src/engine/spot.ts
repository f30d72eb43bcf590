// Where something stands that is at work, for the log: a reader wants to know which part of a config
// failed. Elements of arrays move while what was made of them goes on, so it is looked up anew for
// each line, by the node itself.

import { type Json, type Path, printLine, printPath } from "../document/index.js";
import type { Log, LogFields, Ports } from "./ports.js";

/** A node of the document that something was made of. */
export class Spot {
  constructor(
    private readonly ports: Ports,
    private readonly node: Json,
    /** Where the node stood then: in this unit or scope, at this path within. */
    private readonly around: { readonly path: Path },
    private readonly at: Path = [],
  ) {}

  /** For a log line: the path, and the line of the text it came from, if it came from one. */
  get facts(): LogFields {
    const { ports, node } = this;
    const then = this.around.path.concat(this.at);
    const { path, place } = ports.whereabouts?.(node, then) ?? { path: then };
    const known = { path: printPath(path) || "/" };
    return place === undefined ? known : { ...known, place: printLine(place) };
  }
}

/** A log whose warnings and errors tell where that stands which they are about: here, unless they say. */
export function logAt(spot: Spot, log: Log): Log {
  const told = (fields?: LogFields) =>
    fields?.path === undefined ? { ...spot.facts, ...fields } : fields;
  return {
    debug: (message, fields) => log.debug(message, fields),
    info: (message, fields) => log.info(message, fields),
    warn: (message, fields) => log.warn(message, told(fields)),
    error: (message, fields) => log.error(message, told(fields)),
    named: (name) => logAt(spot, log.named(name)),
  };
}

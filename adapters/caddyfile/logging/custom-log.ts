// A logger that a `log` directive or option asks for.

import type { JsonObject } from "../../../src/document/index.js";

/** A logger and whom it serves. */
export interface CustomLog {
  /** Its key under `logging.logs`. Empty when the directive only asks for the default access log. */
  readonly name: string;
  /** What stands under that key; undefined when nothing is configured. */
  readonly config: JsonObject | undefined;
  /** The hosts whose requests it logs, when they are not those of the site. */
  readonly hostnames: readonly string[];
  /** Whether it is bound to no host, and chosen by name only. */
  readonly noHostname: boolean;
}

/** The logger of everything that no other one is for. */
export const DEFAULT_LOG = "default";

// metrics {
//     per_host
//     observe_catchall_hosts
//     otlp
// }

import { defineOption } from "../define.js";
import { type FieldTable, flag, readFields } from "../fields.js";

/** Counts requests and times them, for all servers. */
export const metrics = defineOption("metrics", (line) => {
  line.ignoreArguments();
  return {
    metrics: line.mark(
      readFields(line, METRICS, (name) => `unrecognized metrics option '${name}'`),
    ),
  };
});

const METRICS: FieldTable = {
  per_host: flag("per_host"),
  observe_catchall_hosts: flag("observe_catchall_hosts"),
  otlp: flag("otlp"),
};

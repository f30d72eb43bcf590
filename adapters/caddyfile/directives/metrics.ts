// metrics [<matcher>] {
//     disable_openmetrics
// }

import { defineDirective } from "../define.js";
import { type FieldTable, flag, readFields } from "../fields.js";

/** Answers with the server's metrics, as Prometheus collects them. */
export const metrics = defineDirective("metrics", (line) => {
  const match = line.matcher();
  line.expectEndOfLine();
  return { match, handle: { handler: "metrics", ...readFields(line, FIELDS, UNKNOWN) } };
});

const FIELDS: FieldTable = { disable_openmetrics: flag("disable_openmetrics") };

const UNKNOWN = (name: string) => `unrecognized subdirective "${name}"`;

// Where lists of IP ranges come from, for trusted proxies: the modules of `http.ip_sources`.

import { type Context, defineModule, type Life } from "../../engine/index.js";
import { Type } from "../../schema/index.js";
import { createIpSet, type IpSet, parseRange } from "./cidr.js";
import { compileTemplate } from "./placeholders.js";

/** A list of IP ranges; asked at every request, so it answers at once. */
export interface IpSource extends Life, IpSet {}

/** The `ranges` of a module's config. */
export const Ranges = Type.Array(Type.String(), {
  description: 'Addresses or ranges: "192.0.2.7", "10.0.0.0/8", "fd00::/8", "fe80::/10%eth0".',
  examples: [["192.0.2.7", "10.0.0.0/8"]],
});

/** Ranges that stand in the config. */
export const staticIpSource = defineModule({
  id: "http.ip_sources.static",
  summary: "IP ranges that are written in the config.",
  schema: Type.Object({ ranges: Type.Optional(Ranges) }, { additionalProperties: false }),
  provision: ({ ranges = [] }, context): IpSource => readRanges(ranges, context),
});

/** Make a set of the texts under `ranges`; placeholders such as `{env.X}` are filled here. */
export function readRanges(texts: readonly string[], context: Context): IpSet {
  const ranges = texts.map((text, i) => {
    const filled = compileTemplate(text, context, "empty").constant ?? text;
    const range = parseRange(filled);
    if (range !== undefined) return range;
    return context.fail(
      ["ranges", String(i)],
      `"${filled}" is not an IP address or range`,
      'write "192.0.2.7", "10.0.0.0/8" or "fd00::/8"',
    );
  });
  return createIpSet(ranges);
}

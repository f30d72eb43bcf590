// Reading a proxy. `reverse_proxy` is this and nothing else; directives that stand for a proxy of a
// certain kind, as `php_fastcgi`, take the lines that are their own and hand over the rest.

import type { JsonObject } from "../../../../src/document/index.js";
import { text } from "../../fields.js";
import { omitEmpty } from "../../json.js";
import type { Line, NamedModule } from "../../line.js";
import { defineSections, readSections } from "../../sections.js";
import type { HeaderOperation } from "../header-operations.js";
import { readHeaders } from "./headers.js";
import { ACTIVE_CHECKS, PASSIVE_CHECKS } from "./health-checks.js";
import { LOAD_BALANCING } from "./load-balancing.js";
import { readResponses } from "./responses.js";
import { STREAMING } from "./streaming.js";
import { readTransport } from "./transport.js";
import { readUpstreams } from "./upstreams.js";

/** What a directive knows of its proxy before it looks at what the user says. */
export interface ProxyPreset {
  /** The lines that are the proxy's; by default all of the line's block. */
  readonly block?: readonly Line[];
  /** The transport that the directive stands for. The user may name no other. */
  readonly transport?: NamedModule;
  /** What is done to requests on their way up; `header_up` comes behind it. */
  readonly headerUp?: readonly HeaderOperation[];
  /** The `rewrite` of the handler, of which `method` and `rewrite` replace fields. */
  readonly rewrite?: JsonObject;
  /** Handlers of responses; those of the user come behind them. */
  readonly handleResponse?: readonly JsonObject[];
}

/** Lines that take more than one object of the document to understand. */
const OTHERS: ReadonlySet<string> = new Set([
  "handle_response",
  "header_down",
  "header_up",
  "replace_status",
  "to",
  "transport",
]);

const SECTIONS = defineSections({
  "": { dynamic: readDynamic, ...STREAMING },
  "health_checks.active": ACTIVE_CHECKS,
  "health_checks.passive": PASSIVE_CHECKS,
  load_balancing: LOAD_BALANCING,
  rewrite: { method: text("method"), rewrite: text("uri") },
});

/**
 * Read the upstreams on a line, whose matcher has been taken, and the lines of its block, as a
 * `reverse_proxy` handler.
 */
export function readReverseProxy(line: Line, preset: ProxyPreset = {}): JsonObject {
  const { headerUp = [], handleResponse = [] } = preset;
  const block = preset.block ?? line.block();
  const fields = readSections(
    block.filter(({ directive }) => !OTHERS.has(directive) && !directive.startsWith("@")),
    SECTIONS,
    preset.rewrite === undefined ? undefined : { preset: { rewrite: preset.rewrite } },
  );
  const upstreams = readUpstreams(line, block);
  const headers = readHeaders(block, headerUp);
  const transport = readTransport(line, block, upstreams, preset.transport);
  if (transport.overTls) headers.warnOverTls();
  return {
    handler: "reverse_proxy",
    ...fields,
    ...omitEmpty({
      upstreams: upstreams.list,
      headers: headers.fields,
      transport: transport.fields,
      handle_response: readResponses(block, handleResponse),
    }),
  };
}

// dynamic <name> [...]
function readDynamic(line: Line): JsonObject {
  return { dynamic_upstreams: line.inlineModule("http.reverse_proxy.upstreams", "source") };
}

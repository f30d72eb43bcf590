// What the proxy does to the headers of requests on their way up, and of responses on their way
// down.

import type { JsonObject } from "../../../../src/document/index.js";
import { omitEmpty } from "../../json.js";
import type { Line } from "../../line.js";
import {
  type HeaderOperation,
  headerFields,
  headerOperation,
  refusalOf,
} from "../header-operations.js";

/** The changes of a proxy to headers. */
export interface ProxyHeaders {
  /** The `headers` of the handler, if any. */
  readonly fields: JsonObject;
  /** Warn of lines that say what a proxy over TLS does anyway. */
  readonly warnOverTls: () => void;
}

const UNCHANGED: ProxyHeaders = { fields: {}, warnOverTls: () => {} };

/** Fields that a proxy passes on without being told, and the placeholders of their values. */
const PASSED_ON: ReadonlyMap<string, readonly string[]> = new Map([
  ["x-forwarded-for", ["{http.request.remote}", "{http.request.remote.host}"]],
  ["x-forwarded-proto", ["{http.request.scheme}"]],
  ["x-forwarded-host", ["{http.request.host}", "{http.request.hostport}"]],
]);

/** Read the `header_up` and `header_down` lines of a block. `preset` comes before the former. */
export function readHeaders(
  block: readonly Line[],
  preset: readonly HeaderOperation[],
): ProxyHeaders {
  if (block.length + preset.length === 0) return UNCHANGED;
  const up = block.filter(({ directive }) => directive === "header_up");
  const down = block.filter(({ directive }) => directive === "header_down");
  const request = up.map((line) => ({ line, operation: readOperation(line) }));
  const operations = [...preset, ...request.map(({ operation }) => operation)];
  for (const { line, operation } of request) warnOfPassedOn(line, operation);
  return {
    fields: omitEmpty({
      request: headerFields(operations),
      response: headerFields(down.map(readOperation)),
    }),
    warnOverTls() {
      const last = request.findLast(({ operation }) => isSet(operation, "host"));
      if (last?.operation.value === "{http.reverse_proxy.upstream.hostport}") {
        last.line.warn(
          "Unnecessary header_up Host: the reverse proxy's default behavior is to pass the configured upstream address to the upstream when proxying to HTTPS",
        );
      }
    },
  };
}

// header_up|header_down [+|-]<field> [<value|regexp> [<replacement>]]
function readOperation(line: Line): HeaderOperation {
  const field = line.expectArgument("a header field");
  const value = line.argument()?.text;
  const replacement = line.argument()?.text;
  line.expectEnd();
  const operation = headerOperation(field.text, value, replacement);
  const refusal = refusalOf(operation);
  return refusal === undefined ? operation : field.fail(refusal);
}

function warnOfPassedOn(line: Line, operation: HeaderOperation): void {
  const { field, value } = operation;
  if (!isSet(operation, field)) return;
  if (PASSED_ON.get(field.toLowerCase())?.includes(value)) {
    line.warn(
      `Unnecessary header_up ${field}: the reverse proxy's default behavior is to pass headers to the upstream`,
    );
  }
}

function isSet({ kind, field, deferred }: HeaderOperation, name: string): boolean {
  return kind === "set" && !deferred && field.toLowerCase() === name.toLowerCase();
}

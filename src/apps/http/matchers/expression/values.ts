// What a placeholder is in an expression. Most are text; some are numbers, times or what a variable
// holds, as in Caddy, so that `{http.error.status_code} >= 500` compares numbers.

import type { CelInput } from "@bufbuild/cel";
import type { Exchange } from "../../exchange.js";
import { compilePlaceholder, type Globals } from "../../placeholders.js";
import type { Library } from "./library.js";

/** Reads a value at a request; null when there is none. */
export type ReadValue = (exchange: Exchange) => CelInput;

/** What is known of a placeholder before there is a request. */
export type Kind = "text" | "int" | "double" | "bool" | "duration" | "time" | "variable";

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["http.error.status_code", "int"],
  ["http.request.duration", "duration"],
  ["http.request.duration_ms", "double"],
  ["http.request.local.port", "int"],
  ["http.request.port", "int"],
  ["http.request.remote.port", "int"],
  ["http.request.tls.ech", "bool"],
  ["http.request.tls.proto_mutual", "bool"],
  ["http.request.tls.resumed", "bool"],
  ["http.reverse_proxy.duration", "duration"],
  ["http.reverse_proxy.duration_ms", "double"],
  ["http.reverse_proxy.is_transport_error", "bool"],
  ["http.reverse_proxy.retries", "int"],
  ["http.reverse_proxy.status_code", "int"],
  ["http.reverse_proxy.upstream.duration", "duration"],
  ["http.reverse_proxy.upstream.duration_ms", "double"],
  ["http.reverse_proxy.upstream.fails", "int"],
  ["http.reverse_proxy.upstream.latency", "duration"],
  ["http.reverse_proxy.upstream.latency_ms", "double"],
  ["http.reverse_proxy.upstream.max_requests", "int"],
  ["http.reverse_proxy.upstream.requests", "int"],
  ["http.shutting_down", "bool"],
  ["time.now", "time"],
]);

const VARIABLES = "http.vars.";

/** What kind of value a placeholder has. */
export function kindOf(name: string): Kind {
  return name.startsWith(VARIABLES) ? "variable" : (KINDS.get(name) ?? "text");
}

/** How to read a placeholder's value. */
export function compileValue(name: string, globals: Globals, library: Library): ReadValue {
  const kind = kindOf(name);
  if (kind === "variable") {
    const variable = name.slice(VARIABLES.length);
    return (exchange) => celOf(exchange.variable(variable));
  }
  if (kind === "time") return () => library.times.timestampFromMs(globals.clock.now());
  const read = compilePlaceholder(kind === "duration" ? `${name}_ms` : name, globals);
  const convert = converterOf(kind, library);
  return (exchange) => {
    const text = read(exchange);
    return text === undefined ? null : convert(text);
  };
}

function converterOf(kind: Kind, { times }: Library): (text: string) => CelInput {
  switch (kind) {
    case "int":
      return (text) => (/^-?\d+$/.test(text) ? BigInt(text) : text);
    case "double":
      return Number;
    case "bool":
      return (text) => text === "true";
    case "duration":
      return (text) => times.durationFromMs(Number(text));
    default:
      return (text) => text;
  }
}

/** What a variable holds, as CEL has it: numbers of a JSON document are doubles. */
function celOf(value: unknown): CelInput {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(celOf);
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
    case "bigint":
      return value;
    case "object":
      return new Map(Object.entries(value).map(([key, item]) => [key, celOf(item)]));
    default:
      return String(value);
  }
}

// `http.vars.*`, `http.response.header.*` and `http.error.*`: what the chain has made so far.

import type { HttpError } from "../exchange.js";
import { decodeField } from "../field-text.js";
import type { HeaderMap } from "../headers.js";
import { statusText } from "../http-error.js";
import type { Meaning } from "./read.js";
import { textOf } from "./text.js";

const ERRORS: ReadonlyMap<string, (error: HttpError) => string> = new Map([
  ["http.error", describe],
  ["http.error.status_code", (error) => String(error.status)],
  ["http.error.status_text", (error) => statusText(error.status)],
  ["http.error.message", (error) => error.message],
  ["http.error.id", (error) => error.id],
  ["http.error.trace", (error) => error.trace],
]);

/** What never changes: a shutdown that is announced ahead of time is not known here. */
const CONSTANTS: ReadonlyMap<string, string> = new Map([
  ["http.shutting_down", "false"],
  ["http.time_until_shutdown", ""],
]);

/** What a name means that is about the chain, the answer or an error. */
export function answerMeaning(name: string): Meaning {
  if (name.startsWith("http.vars.")) {
    const variable = name.slice("http.vars.".length);
    return (exchange) => textOf(exchange.variable(variable));
  }
  if (name.startsWith("http.response.header.")) {
    const field = name.slice("http.response.header.".length);
    return (exchange) => fieldText(exchange.response.headers, field);
  }
  const read = ERRORS.get(name);
  return read ? ({ error }) => error && read(error) : CONSTANTS.get(name);
}

function describe(error: HttpError): string {
  const { id, trace, status, message } = error;
  return `{id=${id}} ${trace}: HTTP ${status}: ${message}`;
}

/** All values of a field as one text; a field that is not there is empty. */
export function fieldText(headers: HeaderMap, name: string): string {
  const values = headers.values(name);
  return decodeField(values.length === 1 ? (values[0] as string) : values.join(","));
}

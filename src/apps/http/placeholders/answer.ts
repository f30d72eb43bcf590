// `http.vars.*`, `http.response.header.*` and `http.error.*`: what the chain has made so far.

import { STATUS_CODES } from "node:http";
import type { HttpError } from "../exchange.js";
import { decodeField } from "../field-text.js";
import type { HeaderMap } from "../headers.js";
import type { Meaning } from "./read.js";
import { textOf } from "./text.js";

const ERRORS: ReadonlyMap<string, (error: HttpError) => string> = new Map([
  ["http.error", (error) => `HTTP ${error.status}${error.message ? `: ${error.message}` : ""}`],
  ["http.error.status_code", (error) => String(error.status)],
  ["http.error.status_text", (error) => STATUS_CODES[error.status] ?? ""],
  ["http.error.message", (error) => error.message],
]);

/** What a name means that is about the chain, the answer or an error. */
export function answerMeaning(name: string): Meaning {
  if (name.startsWith("http.vars.")) {
    const variable = name.slice("http.vars.".length);
    return (exchange) => textOf(exchange.vars.get(variable));
  }
  if (name.startsWith("http.response.header.")) {
    const field = name.slice("http.response.header.".length);
    return (exchange) => fieldText(exchange.response.headers, field);
  }
  const read = ERRORS.get(name);
  return read && (({ error }) => error && read(error));
}

/** All values of a field as one text; a field that is not there is empty. */
export function fieldText(headers: HeaderMap, name: string): string {
  const values = headers.values(name);
  return decodeField(values.length === 1 ? (values[0] as string) : values.join(","));
}

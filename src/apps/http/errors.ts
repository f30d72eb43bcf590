// From whatever was thrown to the status that a client gets.

import { inspect } from "node:util";
import { type Exchange, HttpError } from "./exchange.js";
import { isStatus } from "./status.js";

/** What was thrown, as an error with a status; anything unforeseen is a 500. */
export function asHttpError(thrown: unknown): HttpError {
  if (thrown instanceof HttpError && isStatus(thrown.status)) return thrown;
  return new HttpError(500, messageOf(thrown), { cause: thrown });
}

/** Anything can be thrown, also what cannot be made a text of. */
function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  return typeof thrown === "string" ? thrown : inspect(thrown);
}

/** Answer with nothing but a status; when the head is out already, break the connection off. */
export function answerError(exchange: Exchange, error: HttpError): void {
  const { response, request } = exchange;
  if (response.ended) return;
  if (response.headSent) {
    if (response.taken) request.socket.destroy();
    else response.abort();
    return;
  }
  // What a handler said of the body it meant to send is not true of this one.
  for (const name of BODY_FIELDS) response.headers.delete(name);
  // Of a head that could not be written node keeps what the status was called.
  response.raw.statusMessage = "";
  response.send(error.status);
}

const BODY_FIELDS = [
  "Content-Length",
  "Content-Encoding",
  "Content-Range",
  "Content-Type",
  "ETag",
  "Trailer",
  "Transfer-Encoding",
];

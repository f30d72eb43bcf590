// From whatever was thrown to the status that a client gets.

import { type Exchange, HttpError } from "./exchange.js";

/** What was thrown, as an error with a status; anything unforeseen is a 500. */
export function asHttpError(thrown: unknown): HttpError {
  if (thrown instanceof HttpError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new HttpError(500, message, { cause: thrown });
}

/** Answer with nothing but a status; when the head is out already, break the connection off. */
export function answerError(exchange: Exchange, error: HttpError): void {
  const { response, request } = exchange;
  if (response.ended) return;
  if (response.headSent) {
    request.socket.destroy();
    return;
  }
  // What a handler said of the body it meant to send is not true of this one.
  for (const name of BODY_FIELDS) response.headers.delete(name);
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

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
  if (response.headSent) request.socket.destroy();
  else response.send(error.status);
}

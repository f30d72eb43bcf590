// What a failure between us and an upstream means for the client and for the error routes.

import { answerError } from "../errors.js";
import { type Exchange, HttpError } from "../exchange.js";
import { UpstreamError } from "./errors.js";

/** The proxy's time is over. */
export function stopped(): HttpError {
  return new HttpError(503, "the proxy has stopped");
}

/**
 * The client did not wait, which is what logs show. It may have closed its side only: then it reads
 * the same. As in Caddy, that is no error for error routes.
 */
export function giveUp(exchange: Exchange): void {
  const { response } = exchange;
  if (response.ended) {
    response.status = 499;
    response.taken = true;
  } else answerError(exchange, new HttpError(499));
}

/** Whether nothing was sent: there was no connection. */
export function isDial(error: Error): boolean {
  return error instanceof UpstreamError && error.fault === "dial";
}

/** What the error routes get to see. Anything but an upstream's failure is our own. */
export function toThrow(error: Error): Error {
  if (!(error instanceof UpstreamError)) return error;
  const { fault } = error;
  const status = fault === "timeout" ? 504 : fault === "client" ? 400 : 502;
  return new HttpError(status, error.message, { cause: error });
}

// What node's parser lets through and nobody can read in one way only. Two servers in a row that see
// different messages in the same bytes can be made to mix up whose is which.

import type { IncomingMessage } from "node:http";
import { HttpError } from "./http-error.js";

/**
 * Throws `HttpError` for a version that is not HTTP/1 as it exists (RFC 9110, 2.5), for a transfer
 * coding that nobody here undoes, and for any in HTTP/1.0, which has none (RFC 9112, 6.1).
 */
export function checkFraming({ httpVersion, headers }: IncomingMessage): void {
  if (httpVersion !== "1.1" && httpVersion !== "1.0") {
    throw new HttpError(505, `HTTP/${httpVersion} is not spoken here`);
  }
  const coding = headers["transfer-encoding"];
  if (coding === undefined) return;
  if (httpVersion === "1.0") throw new HttpError(400, "HTTP/1.0 has no transfer codings");
  if (coding.toLowerCase() !== "chunked") {
    throw new HttpError(501, `the transfer coding "${coding}" is not known`);
  }
}

// Bytes that are no request. Node would refuse them at once, also while earlier requests of the same
// connection are being answered: their client would take the refusal for the answer it waits for.

import type { Duplex } from "node:stream";
import { answerOn, endGently } from "./answering.js";

const STATUSES = new Map([
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ["HPE_CHUNK_EXTENSIONS_OVERFLOW", "413 Payload Too Large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
]);

/** Connections whose last words wait for the answers before them. */
const waiting = new WeakSet<Duplex>();

/** Refuse what node could not read as a request, after the answers to what came before it. */
export function refuseMisread(error: NodeJS.ErrnoException, socket: Duplex): void {
  const code = error.code ?? "";
  if (!code.startsWith("HPE_") && !STATUSES.has(code)) {
    socket.destroy();
    return;
  }
  // The same bytes may be complained about more than once, also when all is said.
  if (!socket.writable || waiting.has(socket)) return;
  const answering = answerOn(socket);
  if (answering?.req.complete) {
    waiting.add(socket);
    answering.once("close", () => {
      waiting.delete(socket);
      refuseMisread(error, socket);
    });
  } else if (answering) {
    // It is a part of this very request, of which no more will come.
    if (!answering.headersSent) socket.write(refusal(code));
    socket.destroy();
  } else endGently(socket, refusal(code));
}

function refusal(code: string): string {
  return `HTTP/1.1 ${STATUSES.get(code) ?? "400 Bad Request"}\r\nConnection: close\r\n\r\n`;
}

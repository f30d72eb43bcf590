// What is to be known of a connection beside its requests: the answer on it, and how it is closed.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/** How long a connection stays for what its client still sends, once all is said (milliseconds). */
const LINGER_MS = 500;

/** The answer that is being written to a connection, if there is one. Node tells it to nobody else. */
export function answerOn(socket: Duplex): ServerResponse<IncomingMessage> | undefined {
  const { _httpMessage: answer } = socket as Duplex & {
    readonly _httpMessage?: ServerResponse<IncomingMessage> | null;
  };
  return answer ?? undefined;
}

/**
 * Say the last words on a connection, and close it in a moment. Unread bytes would make the system
 * reset it at once, and the words be lost.
 */
export function endGently(socket: Duplex, words?: string): void {
  socket.end(words);
  socket.resume();
  const ended = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(ended));
}

/** Have the connection of an answer that is complete closed gently, where node closes it. */
export function closeGently({ socket }: ServerResponse): void {
  if (socket) socket.destroySoon = () => endGently(socket);
}

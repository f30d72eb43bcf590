// Clients that ask before they send a body (RFC 9110, 10.1.1). They are told to go on when a handler
// begins to read it: who is refused by then has sent nothing in vain.

import type { IncomingMessage, ServerResponse } from "node:http";
import { closeGently } from "./answering.js";

/** Invite the body of a request as soon as somebody reads it. */
export function inviteWhenRead(request: IncomingMessage, response: ServerResponse): void {
  let invited = false;
  // What is left of a body is read, too, when all is said.
  request.once("resume", () => {
    if (response.headersSent) return;
    invited = true;
    response.writeContinue();
  });
  // Without the invitation node ends the connection: whether a body will come, nobody knows. One that
  // is on its way would make the system reset it, and the answer be lost.
  response.once("prefinish", () => {
    if (!invited) closeGently(response);
  });
}

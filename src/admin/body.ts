// The body of a request: read to the end, within a limit, as valid UTF-8, as JSON. A body that is too
// large is refused by its Content-Length where it has one, and else as soon as it has grown too far.

import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { type Json, ParseError, parseJson } from "../document/index.js";
import { AdminError, ClientGone } from "./failure.js";
import type { AdminLimits } from "./options.js";

type BodyLimits = Pick<AdminLimits, "bodyBytes" | "bodyStallMs">;

/** Read a body that holds JSON. An empty one is an error: nobody means "nothing" by it. */
export async function readJson(request: IncomingMessage, limits: BodyLimits): Promise<Json> {
  return parseJson(await readText(request, limits));
}

/** Read a body that holds text. */
export async function readText(request: IncomingMessage, limits: BodyLimits): Promise<string> {
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    throw new AdminError(415, `Content-Encoding ${encoding} is not supported`);
  }
  const body = await readBytes(request, limits);
  if (!isUtf8(body)) throw new ParseError("the body is not valid UTF-8");
  const text = body.toString("utf8").replace(/^\uFEFF/, "");
  if (text.trim() === "") throw new ParseError("the body is empty");
  return text;
}

/** Whether the request says that its body will be larger than allowed. */
export function announcesTooMuch(request: IncomingMessage, { bodyBytes }: BodyLimits): boolean {
  return Number(request.headers["content-length"] ?? 0) > bodyBytes;
}

function readBytes(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  if (announcesTooMuch(request, limits)) return Promise.reject(tooLarge(limits));
  if (request.readableEnded) {
    return Promise.reject(new Error("the body was read before: mount the admin router first"));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (act: () => void): void => {
      request.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
      request.setTimeout(0);
      act();
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > limits.bodyBytes) settle(() => reject(tooLarge(limits)));
      else chunks.push(chunk);
    };
    const onEnd = (): void => {
      const [only] = chunks;
      settle(() => resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks, length)));
    };
    const onClose = (): void => settle(() => reject(new ClientGone()));
    const onStall = (): void => settle(() => reject(stalled(limits)));
    request.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
    request.setTimeout(limits.bodyStallMs, onStall);
  });
}

function tooLarge({ bodyBytes }: BodyLimits): AdminError {
  return new AdminError(413, `the body is larger than ${bodyBytes} bytes`);
}

function stalled({ bodyStallMs }: BodyLimits): AdminError {
  const message = `no part of the body came for ${bodyStallMs / 1000} s`;
  return new AdminError(408, message, { Connection: "close" });
}

// Asks as a client that takes answers compressed, and tells what it made of them.

import { type IncomingHttpHeaders, request } from "node:http";
import { gunzipSync } from "node:zlib";

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The bytes as they came. */
  readonly bytes: Buffer;
  /** The text that they stand for. */
  readonly text: string;
  readonly trailers: NodeJS.Dict<string>;
  /** Whether all of it came. */
  readonly complete: boolean;
}

/** How a request is made. */
export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Ask for a path of a loopback port, taking gzip unless the fields say otherwise. */
export function ask(port: number, path = "/", { method = "GET", headers = {} }: Ask = {}) {
  const fields = { "accept-encoding": "gzip", ...headers };
  return new Promise<Answer>((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path, method, headers: fields, agent: false };
    const sent = request(options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", () => {}); // what was broken off is told by `complete`
      answer.on("close", () => {
        const { statusCode: status = 0, headers, trailers, complete } = answer;
        const bytes = Buffer.concat(chunks);
        const text = complete ? textOf(bytes, headers["content-encoding"]) : "";
        resolve({ status, headers, bytes, text, trailers, complete });
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

function textOf(bytes: Buffer, coding: string | undefined): string {
  return (coding === "gzip" && bytes.length > 0 ? gunzipSync(bytes) : bytes).toString();
}

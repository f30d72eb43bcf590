// A client with one connection that stays open, as a deployment tool has one. It reads every answer
// to its end, and takes anything but success for a failure of the bench.

import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { performance } from "node:perf_hooks";

/** How long one answer may take, in milliseconds. */
const PATIENCE_MS = 120_000;

/** An answer, and how long it took. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly ms: number;
}

/** What is asked. */
export interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly host?: string;
  /** A text, JSON unless `type` says otherwise. */
  readonly body?: string;
  readonly type?: string;
}

const JSON_TYPE = "application/json";

/** Asks one server, one request at a time. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Ask, and reject unless the answer is a success. */
  async ask(asked: Ask): Promise<Answer> {
    const answer = await this.answer(asked);
    if (answer.status < 300) return answer;
    const { method = "GET", path } = asked;
    throw new Error(`${method} ${path}: ${answer.status} ${answer.body.toString().slice(0, 500)}`);
  }

  /** Ask, and take any answer. A server may close an idle connection, so that is tried once more. */
  answer(asked: Ask): Promise<Answer> {
    return this.once(asked).catch((error: unknown) => {
      if (error instanceof StaleConnection) return this.once(asked);
      throw error;
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  private once({ method = "GET", path, host, body, type = JSON_TYPE }: Ask): Promise<Answer> {
    const headers = {
      ...(host === undefined ? {} : { Host: host }),
      ...(body === undefined ? {} : { "Content-Type": type }),
      ...(body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) }),
    };
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        { host: "127.0.0.1", port: this.#port, method, path, headers, agent: this.#agent },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const ms = performance.now() - began;
            const { statusCode: status = 0, headers } = response;
            resolve({ status, headers, body: Buffer.concat(chunks), ms });
          });
        },
      );
      request.setTimeout(PATIENCE_MS, () => request.destroy(new Error(`${path}: no answer`)));
      request.on("error", (error) => {
        reject(request.reusedSocket ? new StaleConnection(error.message) : error);
      });
      request.end(body);
    });
  }
}

class StaleConnection extends Error {}

// Talking to the admin endpoint of a running server, over TCP or a unix socket.

import { request as httpRequest, type RequestOptions } from "node:http";
import { childOf, type Json } from "../document/index.js";
import { CommandError } from "./failure.js";

/** Where the endpoint is when nobody says otherwise. */
export function defaultAdminAddress(): string {
  return process.env.GRAFT_ADMIN || "localhost:2019";
}

/** Where the endpoint of a server is: as the flag says, or else its config, or else the default. */
export function adminAddressOf(flag: string | undefined, document: Json | undefined): string {
  const listen = childOf(childOf(document, "admin"), "listen");
  return flag ?? (typeof listen === "string" ? listen : defaultAdminAddress());
}

/** What is sent. */
export interface AdminRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back. */
export interface AdminAnswer {
  readonly status: number;
  readonly text: string;
}

/** POST to the endpoint. Rejects with a `CommandError` when nobody answers there. */
export function postToAdmin(address: string, asked: AdminRequest): Promise<AdminAnswer> {
  const { path, headers = {}, body = "" } = asked;
  const target = targetOf(address);
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        ...target,
        path,
        method: "POST",
        agent: false,
        headers: { ...headers, "Content-Length": Buffer.byteLength(body) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", (error) => reject(unreachable(address, error)));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, text });
        });
      },
    );
    request.on("error", (error) => reject(unreachable(address, error)));
    request.end(body);
  });
}

/** Where to connect for an address in the syntax of `admin.listen`. */
export function targetOf(address: string): RequestOptions {
  const [, socketPath] = /^unix\/(.+?)(?:\|[0-7]+)?$/.exec(address) ?? [];
  if (socketPath !== undefined) return { socketPath };
  const text = address.replace(/^(?:http:\/\/|tcp[46]?\/)/, "").replace(/^(?=:)/, "localhost");
  const url = URL.canParse(`http://${text}`) ? new URL(`http://${text}`) : undefined;
  if (url === undefined || url.pathname !== "/") {
    const hint = 'write "localhost:2019", or "unix//run/graft.sock"';
    throw new CommandError(`"${address}" is not an address to connect to`, hint);
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const isWildcard = host === "0.0.0.0" || host === "::";
  return { host: isWildcard ? "localhost" : host, port: url.port || 80 };
}

function unreachable(address: string, error: Error): CommandError {
  const { code } = error as NodeJS.ErrnoException;
  // An AggregateError, one for each address of a name, has no message of its own.
  const why = error.message || code || "it does not answer";
  const nobody = code === "ECONNREFUSED" || code === "ENOENT";
  const hint = nobody ? "is the server running? --address says where it is" : undefined;
  return new CommandError(`the admin endpoint at ${address} could not be reached: ${why}`, hint);
}

// A directory of files behind a real server that has nothing but a `file_server`.

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "@jest/globals";
import { Exchange, HttpError } from "../../../../src/apps/http/exchange.js";
import type { FileServerConfig } from "../../../../src/apps/http/fileserver/config.js";
import { fileServer } from "../../../../src/apps/http/fileserver/index.js";
import { bodyOf } from "../../../../src/apps/http/response.js";
import { alone } from "../../../support/alone.js";
import { serverView } from "../../../support/server-view.js";

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A running site. */
export interface Site {
  readonly root: string;
  readonly port: number;
  get(path: string, headers?: http.OutgoingHttpHeaders, method?: string): Promise<Answer>;
  close(): Promise<void>;
}

/** How a test's server differs from a plain one. */
export interface Setting {
  /** Done to each exchange before the handler: a rewrite, an error being handled. */
  readonly before?: (exchange: Exchange) => void;
}

/** When the files of a site were modified. */
export const MODIFIED = new Date("2024-05-06T07:08:09Z");

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true });
});

/** A new directory with files of these names and contents; it is removed after the tests. */
export function directoryWith(files: Readonly<Record<string, string | Buffer>>): string {
  const root = mkdtempSync(join(tmpdir(), "graft-files-"));
  directories.push(root);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
    utimesSync(join(root, name), MODIFIED, MODIFIED);
  }
  return root;
}

/** Serve files until `close`. */
export async function siteOf(
  files: Readonly<Record<string, string | Buffer>>,
  config: FileServerConfig | ((root: string) => FileServerConfig) = {},
  { before }: Setting = {},
): Promise<Site> {
  const root = directoryWith(files);
  const made = typeof config === "function" ? config(root) : config;
  const handler = alone(fileServer, { root, ...made });

  const server = http.createServer(async (request, raw) => {
    const exchange = new Exchange(serverView, request, raw);
    try {
      before?.(exchange);
      await handler.handle(exchange, ({ response }) => response.send(200, bodyOf("next handler")));
    } catch (error) {
      exchange.response.send(error instanceof HttpError ? error.status : 500, bodyOf("error"));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    root,
    port,
    get: (path, headers = {}, method = "GET") => ask({ port, path, headers, method, agent: false }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function ask(options: http.RequestOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ ...options, host: "127.0.0.1" }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode as number,
          headers: response.headers,
          body: Buffer.concat(chunks).toString("latin1"),
        }),
      );
    });
    request.on("error", reject);
    request.end();
  });
}

/** Run a test's body on a site, and close it whatever happens. */
export async function on<T>(site: Promise<Site>, body: (site: Site) => Promise<T>): Promise<T> {
  const opened = await site;
  try {
    return await body(opened);
  } finally {
    await opened.close();
  }
}

// A whole Graft under attack: its traffic and its admin endpoint on loopback, raw bytes to either,
// and the question whether it took any harm.

import { connect, type Socket } from "node:net";
import { expect } from "@jest/globals";
import type { HttpApp } from "../../src/apps/http/app.js";
import type { Json } from "../../src/document/index.js";
import { createGraft, type Graft } from "../../src/graft.js";
import { ask } from "../support/http.js";

/** Large enough that it is on its way for a while. */
export const LARGE = "x".repeat(4 * 1024 * 1024);

const say = (path: string, body: string) => ({
  match: [{ path: [path] }],
  handle: [{ handler: "static_response", body }],
  terminal: true,
});

const DOCUMENT = {
  apps: {
    http: {
      servers: {
        srv: {
          listen: ["127.0.0.1:0"],
          read_header_timeout: "200ms",
          read_timeout: "400ms",
          idle_timeout: "30s",
          routes: [
            say("/large", LARGE),
            {
              match: [{ path_regexp: { pattern: "^/(a+)+(a|aa)+(.*a){20}$" } }],
              handle: [{ handler: "static_response", body: "matched" }],
              terminal: true,
            },
            say("/admin-only/*", "inner"),
            { handle: [{ handler: "static_response", body: "ok {http.request.uri.path}" }] },
          ],
        },
      },
    },
  },
} as unknown as Json;

/** A Graft that is being attacked. */
export interface Target {
  readonly graft: Graft;
  readonly traffic: number;
  readonly admin: number;
  /** Fails unless both endpoints answer as they did, and nothing more is in use. */
  unharmed(): Promise<void>;
  stop(): Promise<void>;
}

/** Start one. */
export async function startTarget(): Promise<Target> {
  const graft = await createGraft({ document: DOCUMENT, adminListen: "127.0.0.1:0" });
  const traffic = portOf(graft.app<HttpApp>("http")?.addresses().srv?.[0]);
  const admin = portOf(graft.adminAddress);
  const before = graft.inventory;
  const config = async () => (await ask(admin, "/config/")).body;
  const document = await config();
  return {
    graft,
    traffic,
    admin,
    async unharmed() {
      expect(await ask(traffic, "/fine")).toMatchObject({ status: 200, body: "ok /fine" });
      expect(await config()).toBe(document);
      expect(graft.inventory).toEqual(before);
    },
    stop: async () => void (await graft.stop()),
  };
}

const portOf = (address = "") => Number(address.split(":").at(-1));

/** A raw connection. */
export interface Wire {
  readonly socket: Socket;
  /** What came so far. */
  received(): string;
  /** Resolves when the connection is gone, with all that came over it. */
  readonly closed: Promise<string>;
  /** Resolves when something came that matches. */
  until(pattern: RegExp): Promise<string>;
}

/** Connect and send these bytes; latin1, so that a character is a byte. */
export async function send(port: number, ...pieces: (string | Buffer)[]): Promise<Wire> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const chunks: Buffer[] = [];
  const received = () => Buffer.concat(chunks).toString("latin1");
  socket.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", () => {});
  socket.on("end", () => socket.end());
  const closed = new Promise<string>((resolve) => {
    socket.once("close", () => resolve(received()));
  });
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  for (const piece of pieces) socket.write(piece, "latin1");
  const until = async (pattern: RegExp) => {
    while (!pattern.test(received()) && !socket.closed) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return received();
  };
  return { socket, received, closed, until };
}

/** Send bytes, then nothing more; all that came back until the server closed the connection. */
export async function provoke(port: number, ...pieces: (string | Buffer)[]): Promise<string> {
  const wire = await send(port, ...pieces);
  wire.socket.end();
  return wire.closed;
}

/** The statuses of all answers in a text. */
export function statuses(text: string): number[] {
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
}

/** A request with these lines after the request line and Host. */
export function head(target: string, lines: readonly string[] = [], method = "GET"): string {
  return [`${method} ${target} HTTP/1.1`, "Host: a.test", ...lines, "", ""].join("\r\n");
}

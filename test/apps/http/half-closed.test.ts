// Clients that say with their request that it is the last: they close their side, and read on. `nc -N`
// does, and load balancers that probe. One that goes away altogether looks the same at first.

import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Json } from "../../../src/document/index.js";
import { type Serving, serving } from "../../support/http.js";
import { directoryWith } from "./fileserver/site.js";
import { atEnd, closeAll, listening, rawUpstream, signal } from "./reverseproxy/support.js";

let site: Serving;
afterEach(async () => {
  await site?.stop();
  await closeAll();
});

const LARGE = "0123456789abcdef".repeat(200_000);
const HEAD = "HTTP/1.1\r\nHost: a\r\n";
const GET = `GET / ${HEAD}\r\n`;

function open(port: number): Socket {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  atEnd(() => socket.destroy());
  return socket;
}

/** What a client reads, until the server closes, that sends these bytes and closes its side. */
function sendLast(port: number, bytes: string): Promise<string> {
  return textOf(open(port).end(bytes, "latin1"));
}

function statuses(text: string): string[] {
  return text.match(/(?<=HTTP\/1\.1 )\d+/g) ?? [];
}

async function files(contents: Readonly<Record<string, string>>): Promise<void> {
  const root = directoryWith(contents);
  site = await serving([{ handle: [{ handler: "file_server", root }] }]);
}

async function proxying(dial: string, config: Readonly<Record<string, Json>> = {}): Promise<void> {
  const proxy = { handler: "reverse_proxy", upstreams: [{ dial }], ...config };
  site = await serving([
    {
      match: [{ path: ["/static"] }],
      handle: [{ handler: "static_response", body: "static" }],
      terminal: true,
    },
    { handle: [proxy] },
  ]);
}

/** An upstream that says nothing by itself, and tells when it is asked and when it is left. */
async function patientUpstream() {
  const asked = signal<Socket>();
  const left = signal();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.once("data", () => asked.fire(socket));
    socket.on("end", () => left.fire()).on("error", () => {});
  });
  const { dial } = await listening(server);
  return { dial, asked: asked.fired, left: left.fired };
}

describe("a client that closes its side after its request", () => {
  it.each([
    ["small", "short"],
    ["large", LARGE],
  ])("gets a %s file whole, and then the end", async (_size, content) => {
    await files({ a: content });
    const text = await sendLast(site.port, `GET /a ${HEAD}\r\n`);
    expect(text.slice(text.indexOf("\r\n\r\n") + 4) === content).toBe(true);
  });

  it("gets the answers to all that it has asked", async () => {
    await files({ a: "first.", b: LARGE, c: "last." });
    const asked = ["a", "b", "c"].map((name) => `GET /${name} ${HEAD}\r\n`).join("");
    const text = await sendLast(site.port, asked);
    expect(statuses(text)).toEqual(["200", "200", "200"]);
    expect(text.endsWith("last.")).toBe(true);
  });

  it("gets an answer to a request that offered an upgrade", async () => {
    await files({ a: "here" });
    const offer = `GET /a ${HEAD}Connection: Upgrade\r\nUpgrade:`;
    expect(await sendLast(site.port, `${offer} h2c\r\n\r\n`)).toMatch(/here$/);
    expect(await sendLast(site.port, `${offer} websocket\r\n\r\n`)).toMatch(/here$/);
    const second = await sendLast(site.port, `GET /b ${HEAD}\r\n${offer} h2c\r\n\r\n`);
    expect(statuses(second)).toEqual(["404", "200"]);
  });

  it("gets one although it went on to close while it was answered", async () => {
    await files({ a: LARGE });
    const socket = open(site.port);
    socket.write(`GET /a ${HEAD}\r\n`);
    await once(socket, "readable");
    socket.end();
    expect((await textOf(socket)).endsWith(LARGE)).toBe(true);
  });

  it("is closed at once when it has no request under way", async () => {
    await files({ a: "here" });
    const socket = open(site.port);
    socket.write(`GET /a ${HEAD}\r\n`);
    await once(socket, "data");
    socket.end();
    await once(socket, "end");
  });

  it.each([
    ["head", `GET / ${HEAD}`],
    ["body", `POST / ${HEAD}Content-Length: 5\r\n\r\nhal`],
    ["chunk", `POST / ${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhal`],
  ])("is told, in the middle of a %s, that this is no request", async (_part, bytes) => {
    const { dial } = await patientUpstream();
    await proxying(dial, { request_buffers: 1000 });
    expect(statuses(await sendLast(site.port, bytes))).toEqual(["400"]);
  });
});

describe("a proxied client that closes its side", () => {
  it.each([
    ["", GET],
    [" with a body", `POST / ${HEAD}Content-Length: 5\r\n\r\nhello`],
    [" for an upgrade", `GET / ${HEAD}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`],
  ])("has its request%s given up, as in Caddy, and is told so", async (_kind, request) => {
    const { dial, asked, left } = await patientUpstream();
    await proxying(dial);
    const client = open(site.port);
    client.write(request);
    await asked;
    client.end();
    expect(statuses(await textOf(client))).toEqual(["499"]);
    await left;
  });

  it("has it given up after its body was gathered", async () => {
    const { dial, asked, left } = await patientUpstream();
    await proxying(dial, { request_buffers: 1000 });
    const client = open(site.port);
    client.write(`POST / ${HEAD}Content-Length: 5\r\n\r\nhello`);
    await asked;
    client.end();
    expect(statuses(await textOf(client))).toEqual(["499"]);
    await left;
  });

  it("is not told of an answer that was held back", async () => {
    const half = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Encoding: x\r\n\r\nhalf";
    const { dial, asked, left } = await patientUpstream();
    await proxying(dial, { response_buffers: 1000 });
    const client = open(site.port);
    client.write(GET);
    (await asked).write(half);
    await sleep(50);
    client.end();
    const text = await textOf(client);
    expect(statuses(text)).toEqual(["499"]);
    expect(text).not.toMatch(/encoding|half/i);
    await left;
  });

  it("sees an answer broken off that was on its way", async () => {
    const half = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
    const { dial, asked, left } = await patientUpstream();
    await proxying(dial);
    const client = open(site.port);
    client.write(GET);
    (await asked).write(half);
    await once(client, "readable");
    client.end();
    await left;
    expect(await textOf(client)).toMatch(/\r\n\r\nhalf$/);
  });

  it("gets an answer that the upstream is done with", async () => {
    const { dial, asked } = await patientUpstream();
    await proxying(dial);
    const client = open(site.port);
    client.write(GET);
    (await asked).write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole");
    await once(client, "readable");
    expect(await textOf(client.end())).toMatch(/whole$/);
  });

  it("is tried no further", async () => {
    const { dial } = await rawUpstream((socket) => socket.destroy());
    await proxying(dial, { load_balancing: { try_duration: "1h", try_interval: "1h" } });
    expect(statuses(await sendLast(site.port, GET))).toEqual(["499"]);
  });

  it("gets the answers to its other requests", async () => {
    const { dial, asked } = await patientUpstream();
    await proxying(dial);
    const client = open(site.port);
    client.write(`${GET}GET /static ${HEAD}\r\n`);
    await asked;
    client.end();
    const text = await textOf(client);
    expect(statuses(text)).toEqual(["499", "200"]);
    expect(text.endsWith("static")).toBe(true);
  });

  it("keeps a tunnel that it has, in the other direction", async () => {
    const switching = "HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: shout\r\n\r\n";
    const { dial, asked } = await patientUpstream();
    await proxying(dial);
    const client = open(site.port);
    client.write(`GET / ${HEAD}Connection: upgrade\r\nUpgrade: shout\r\n\r\n`);
    const upstream = await asked;
    upstream.write(switching);
    await once(client, "readable");
    client.end("hear me");
    upstream.once("end", () => upstream.end("AFTER THE END"));
    expect(await textOf(client)).toMatch(/AFTER THE END$/);
  });
});

// What is compressed while it arrives: each part comes through, the end is the end, and what breaks
// off does not look like the end.

import { get, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { JsonObject } from "../../../../src/document/index.js";
import { type Serving, serving } from "../../../support/http.js";
import { closeAll, rawExchange, rawUpstream, signal, upstream } from "../reverseproxy/support.js";
import { ask } from "./asking.js";

const TEXT = "to be or not to be, ".repeat(100);
const encode: JsonObject = { handler: "encode", encodings: { gzip: {} } };
const ASKING = "Host: a\r\nAccept-Encoding: gzip\r\n";

let site: Serving | undefined;
afterEach(async () => {
  await site?.stop();
  site = undefined;
  await closeAll();
});

/** A site that compresses what this upstream answers. Its port. */
async function proxying(dial: string, fields: JsonObject = {}): Promise<number> {
  const proxy = { handler: "reverse_proxy", upstreams: [{ dial }] };
  site = await serving([{ handle: [{ ...encode, ...fields }, proxy] }]);
  return site.port;
}

async function answering(
  act: (response: ServerResponse, request: IncomingMessage) => void,
  fields?: JsonObject,
): Promise<number> {
  const { dial } = await upstream((request, response) => act(response, request));
  return proxying(dial, fields);
}

const html = (response: ServerResponse, fields: object = {}) =>
  response.writeHead(200, { "Content-Type": "text/html", ...fields });

describe("a proxied answer", () => {
  it.each([
    ["of a known length", { "Content-Length": TEXT.length }, "gzip"],
    ["of an unknown length", {}, "gzip"],
    ["of another type", { "Content-Type": "image/png" }, undefined],
    ["that is encoded already", { "Content-Encoding": "deflate" }, "deflate"],
  ])("%s", async (_which, fields, coding) => {
    const port = await answering((response) => html(response, fields).end(TEXT));
    const { headers, text } = await ask(port);
    expect(headers["content-encoding"]).toBe(coding);
    expect(text).toBe(TEXT);
  });

  it("is compressed if it comes without a length, though it turns out short, or empty", async () => {
    const port = await answering((response, { url = "" }) => {
      html(response).write(url.slice(1));
      response.end();
    });
    for (const body of ["x", ""]) {
      const { headers, text } = await ask(port, `/${body}`);
      expect(headers["content-encoding"]).toBe("gzip");
      expect(text).toBe(body);
    }
  });

  it("keeps its trailers", async () => {
    const port = await answering((response) => {
      html(response, { Trailer: "X-Sum" }).write(TEXT);
      response.addTrailers({ "X-Sum": "7" });
      response.end();
    });
    const { text, trailers } = await ask(port);
    expect([text, trailers]).toEqual([TEXT, { "x-sum": "7" }]);
  });

  it("may have interim answers before it", async () => {
    const port = await answering((response) => {
      response.writeEarlyHints({ link: "</a.css>; rel=preload" });
      html(response).end(TEXT);
    });
    const bytes = await rawExchange(port, `GET / HTTP/1.1\r\n${ASKING}Connection: close\r\n\r\n`);
    expect(bytes).toMatch(/^HTTP\/1.1 103 .*\r\n\r\nHTTP\/1.1 200 .*Content-Encoding: gzip/s);
  });

  it("gets the tags of its clients without our marks", async () => {
    const seen: unknown[] = [];
    const port = await answering((response, { headers }) => {
      seen.push(headers["if-none-match"] ?? headers["if-match"]);
      response.writeHead(304, { ETag: '"v1"' }).end();
    });
    const renewed = await ask(port, "/", { headers: { "if-none-match": '"v1-gzip"' } });
    expect(renewed.headers.etag).toBe('"v1-gzip"');
    const weak = await ask(port, "/", { headers: { "if-none-match": 'W/"v1-gzip", "v2"' } });
    expect(weak.headers.etag).toBe('"v1-gzip"');
    await ask(port, "/", { method: "PUT", headers: { "if-match": '"v1-gzip"' } });
    await ask(port, "/", { headers: { "if-none-match": '"v1-br"' } });
    expect(seen).toEqual([
      '"v1-gzip", "v1"',
      'W/"v1-gzip", W/"v1", "v2"',
      '"v1-gzip", "v1"',
      '"v1-br"',
    ]);
  });

  it("of another protocol is passed on as it is", async () => {
    const { dial } = await rawUpstream((socket) =>
      socket.once("data", () => {
        socket.write(
          "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n",
        );
        socket.pipe(socket);
      }),
    );
    const client = connect(await proxying(dial), "127.0.0.1");
    client.write(`GET / HTTP/1.1\r\n${ASKING}Connection: Upgrade\r\nUpgrade: echo\r\n\r\n`);
    const seen = await until(client, "\r\n\r\n");
    expect(seen).not.toMatch(/gzip/i);
    client.write("plain");
    expect(await until(client, "plain")).toContain("plain");
    client.destroy();
  });
});

describe("a stream", () => {
  it("comes through part by part, its head before the first", async () => {
    let next = () => {};
    const port = await answering((response) => {
      const events = ["one", "two", "three"];
      response.writeHead(200, { "Content-Type": "text/event-stream" }).flushHeaders();
      next = () => {
        const event = events.shift();
        if (event === undefined) response.end();
        else response.write(`data: ${event}\n\n`);
      };
    });
    const answer = await new Promise<IncomingMessage>((resolve) =>
      get({ port, headers: { "accept-encoding": "gzip" }, agent: false }, resolve),
    );
    expect(answer.headers["content-encoding"]).toBe("gzip");
    // Each part is asked for only when the one before it has arrived.
    const parts: string[] = [];
    next();
    for await (const part of answer.pipe(createGunzip())) {
      parts.push(String(part));
      next();
    }
    expect(parts).toEqual(["data: one\n\n", "data: two\n\n", "data: three\n\n"]);
  });

  it.each(["1.1", "1.0"])("that breaks off does not end: HTTP/%s", async (version) => {
    const broken = signal();
    const port = await answering((response) => {
      html(response).write(TEXT);
      void broken.fired.then(() => response.destroy());
    });
    const client = connect(port, "127.0.0.1");
    client.write(`GET / HTTP/${version}\r\n${ASKING}\r\n`);
    client.once("data", () => broken.fire());
    const text = textOf(client);
    if (version === "1.0") await expect(text).rejects.toThrow("ECONNRESET");
    else expect(await text).not.toMatch(/\r\n0\r\n\r\n$/);
  });

  it("that is shorter than its length does not end", async () => {
    const { dial } = await rawUpstream((socket) =>
      socket.once("data", () =>
        socket.end(
          `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n${TEXT}`,
        ),
      ),
    );
    const { status, complete } = await ask(await proxying(dial));
    expect([status, complete]).toEqual([200, false]);
  });

  it("is taken from the upstream only as fast as the client takes it", async () => {
    const stopped = signal();
    let sent = 0;
    const part = Buffer.from(Array.from({ length: 64 * 1024 }, () => Math.random() * 256));
    const port = await answering((response) => {
      html(response);
      // Nobody reads: a write that does not drain within many turns of the loop never will.
      const go = () => {
        while (sent < 256 * 1024 * 1024) {
          sent += part.length;
          if (response.write(part)) continue;
          const idle = setTimeout(stopped.fire, 300);
          response.once("drain", () => {
            clearTimeout(idle);
            go();
          });
          return;
        }
        stopped.fire();
      };
      go();
    });
    const client = connect(port, "127.0.0.1");
    client.write(`GET / HTTP/1.1\r\n${ASKING}\r\n`);
    await stopped.fired;
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    client.destroy();
  });

  it("ends for the upstream, too, when the client leaves", async () => {
    const left = signal();
    const port = await answering((response) => {
      response.on("close", () => left.fire());
      html(response).write(TEXT);
    });
    const client = connect(port, "127.0.0.1");
    client.write(`GET / HTTP/1.1\r\n${ASKING}\r\n`);
    client.once("data", () => client.destroy());
    await left.fired;
  });
});

/** What a client has read once this text has come. */
async function until(client: Socket, text: string): Promise<string> {
  let seen = "";
  while (!seen.includes(text)) {
    seen += await new Promise<string>((resolve) =>
      client.once("data", (data) => resolve(String(data))),
    );
  }
  return seen;
}

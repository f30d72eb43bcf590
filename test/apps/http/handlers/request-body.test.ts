// `request_body` before a proxy, on real sockets: what reaches the upstream, and what a client that
// sends too much gets.

import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Json } from "../../../../src/document/index.js";
import { type Serving, serving } from "../../../support/http.js";
import { atEnd, closeAll, rawExchange, upstream } from "../reverseproxy/support.js";

const closing = "Host: a\r\nConnection: close\r\n";
const withLength = (body: string, fields = closing) =>
  `POST / HTTP/1.1\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`;
const chunk = (data: string) => `${data.length.toString(16)}\r\n${data}\r\n`;
const HEAD_OF_CHUNKS = `POST / HTTP/1.1\r\n${closing}Transfer-Encoding: chunked\r\n\r\n`;
const inChunks = (...chunks: readonly string[]) =>
  `${HEAD_OF_CHUNKS}${chunks.map(chunk).join("")}${chunk("")}`;
const statuses = (answers: string) => answers.match(/(?<=HTTP\/1\.1 )\d+/g);

/** How often the upstream was asked, and the bodies that it got whole. */
let asked: number;
let bodies: string[];

/** These handlers before a proxy whose upstream answers with the body that it got. */
async function proxying(handlers: Json[], { proxy = {}, server = {} } = {}): Promise<Serving> {
  asked = 0;
  bodies = [];
  const { dial } = await upstream((request, response) => {
    asked++;
    request.on("error", () => {});
    void text(request).then(
      (body) => {
        bodies.push(body);
        response.end(`<${body}>`);
      },
      () => {},
    );
  });
  const toUpstream = { handler: "reverse_proxy", upstreams: [{ dial }], ...proxy };
  const errors = { routes: [{ match: [{ path: ["/page"] }], handle: [toUpstream] }] };
  const site = await serving([{ handle: [...handlers, toUpstream] }] as unknown as Json, {
    server: { errors, ...server } as unknown as Json,
  });
  atEnd(() => site.stop());
  return site;
}

const limit = (max_size: number) => ({ handler: "request_body", max_size });
const put = (set: string) => ({ handler: "request_body", set });

afterEach(closeAll);

describe("a body that is as long as it may be", () => {
  it("passes, whether it tells its length or not", async () => {
    const { port } = await proxying([limit(5)]);
    expect(await rawExchange(port, withLength("12345"))).toMatch(/<12345>$/);
    expect(await rawExchange(port, inChunks("12", "345"))).toMatch(/<12345>/);
  });
});

describe("a body that is too long", () => {
  it("is refused before anything goes upstream, if it tells its length", async () => {
    const { port } = await proxying([limit(5)]);
    const answer = await rawExchange(port, withLength("123456"));
    expect(statuses(answer)).toEqual(["413"]);
    expect(asked).toBe(0);
  });

  it("is refused before its client is asked to send it", async () => {
    const { port } = await proxying([limit(5)]);
    const socket = connect(port, "127.0.0.1");
    atEnd(() => socket.destroy());
    socket.write(withLength("", "Host: a\r\nExpect: 100-continue\r\n").replace(": 0", ": 6"));
    expect(statuses(await text(socket))).toEqual(["413"]);
  });

  it("is refused on its way, if it does not tell its length", async () => {
    const { port } = await proxying([limit(5)]);
    const socket = connect(port, "127.0.0.1");
    atEnd(() => socket.destroy());
    socket.write(HEAD_OF_CHUNKS + chunk("1234") + chunk("56"));
    expect(statuses(await text(socket))).toEqual(["413"]);
    expect(bodies).toEqual([]);
  });

  it("is refused also where it is gathered before it is sent", async () => {
    const { port } = await proxying([limit(5)], { proxy: { request_buffers: 100 } });
    expect(statuses(await rawExchange(port, inChunks("1234", "56")))).toEqual(["413"]);
    expect(statuses(await rawExchange(port, inChunks("1234", "5")))).toEqual(["200"]);
    expect(bodies).toEqual(["12345"]);
  });

  it("is not taken for the next request", async () => {
    const { port } = await proxying([limit(5)]);
    const hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
    const fields = "Host: a\r\n";
    expect(statuses(await rawExchange(port, withLength(hidden, fields)))).toEqual(["413"]);
    const chunks = inChunks("123456", hidden).replace(closing, fields);
    expect(statuses(await rawExchange(port, chunks))).toEqual(["413"]);
    expect(bodies).toEqual([]);
  });

  it("is answered although the client goes on sending", async () => {
    const { port } = await proxying([limit(5)]);
    const socket = connect(port, "127.0.0.1");
    atEnd(() => socket.destroy());
    const long = withLength("x".repeat(5_000_000), "Host: a\r\n");
    const sent = new Promise((resolve) => socket.write(long, resolve));
    expect(await sent).toBeFalsy();
    expect(statuses(await text(socket))).toEqual(["413"]);
  });

  it("is empty to the proxy of an error route", async () => {
    const { port } = await proxying([limit(5)]);
    const wanted = withLength("123456").replace("POST /", "POST /page");
    expect(await rawExchange(port, wanted)).toMatch(/^HTTP\/1\.1 200 [\s\S]*<>$/);
  });

  it("is nobody's business where no handler reads it", async () => {
    const site = await serving([
      { handle: [limit(1), { handler: "static_response", body: "hi" }] },
    ]);
    atEnd(() => site.stop());
    expect(await site.get("/", { method: "POST", body: "12345" })).toMatchObject({ body: "hi" });
  });
});

describe("several limits", () => {
  it("hold together: the smallest counts", async () => {
    const { port } = await proxying([limit(3), limit(9), limit(0), limit(-1)]);
    expect(statuses(await rawExchange(port, withLength("1234")))).toEqual(["413"]);
    expect(statuses(await rawExchange(port, withLength("123")))).toEqual(["200"]);
  });
});

describe("a body that the config sets", () => {
  it("is sent in place of the client's, with its placeholders filled", async () => {
    const { port } = await proxying([put("é {http.request.method}{nope}")]);
    await rawExchange(port, withLength("from the client"));
    await rawExchange(port, inChunks("from", "the client"));
    await rawExchange(port, `GET / HTTP/1.1\r\n${closing}\r\n`);
    expect(bodies).toEqual(["é POST", "é POST", "é GET"]);
  });

  it("needs no body from a client that asks whether to send one", async () => {
    const { port } = await proxying([put("set")]);
    const socket = connect(port, "127.0.0.1");
    atEnd(() => socket.destroy());
    socket.write(withLength("", "Host: a\r\nExpect: 100-continue\r\n").replace(": 0", ": 6"));
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("obeys the limits that come after it", async () => {
    const { port } = await proxying([limit(1), put("123456"), limit(5)]);
    expect(statuses(await rawExchange(port, withLength("")))).toEqual(["413"]);
    const after = await proxying([limit(1), put("123456")]);
    expect(await rawExchange(after.port, withLength(""))).toMatch(/<123456>$/);
  });
});

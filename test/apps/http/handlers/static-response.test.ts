import type { Socket } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { HttpError } from "../../../../src/apps/http/exchange.js";
import { staticResponse } from "../../../../src/apps/http/handlers/static-response.js";
import { alone } from "../../../support/alone.js";
import { ask, doing, telling } from "./serving.js";

/** Note, for each time a socket hands data on, of how many pieces that is. */
function countPieces(socket: Socket, pieces: number[]): void {
  const [one, many] = [socket._write.bind(socket), socket._writev?.bind(socket)];
  socket._write = (chunk, encoding, done) => {
    pieces.push(1);
    one(chunk, encoding, done);
  };
  socket._writev = (chunks, done) => {
    pieces.push(chunks.length);
    many?.(chunks, done);
  };
}

describe("static_response", () => {
  it("answers 200 and nothing if it is told nothing", async () => {
    const got = await ask([alone(staticResponse, {})]);
    expect(got).toMatchObject({ status: 200, body: "", headers: { "content-length": "0" } });
    expect(got.headers).not.toHaveProperty("content-type");
  });

  it("answers with its status, fields and body", async () => {
    const handler = alone(staticResponse, {
      status_code: "201",
      headers: { "x-a": ["1", "2"], "X-Method": ["{http.request.method} {nope}"] },
      body: "Hé {http.request.uri.query.x} {nope}",
    });
    const got = await ask([handler], { path: "/?x=y" });
    expect(got).toMatchObject({ status: 201, body: "Hé y {nope}" });
    expect(got.rawHeaders.slice(0, 6)).toEqual(["X-A", "1", "X-A", "2", "X-Method", "GET"]);
    expect(got.headers["content-length"]).toBe("12");
  });

  it.each([
    ["hello", "text/plain; charset=utf-8"],
    ['{"a": 1}', "application/json"],
    [" [1]\n", "application/json"],
    ["{}", "text/plain; charset=utf-8"],
    ["{not json}", "text/plain; charset=utf-8"],
    ['{"a": "{http.request.method}"}', "application/json"],
  ])("sends %j as %s", async (body, type) => {
    const got = await ask([alone(staticResponse, { body })]);
    expect(got.headers["content-type"]).toBe(type);
  });

  it("leaves a Content-Type that is set", async () => {
    const earlier = doing(({ response }) => response.headers.set("Content-Type", "text/css"));
    const got = await ask([earlier, alone(staticResponse, { body: "a{}" })]);
    expect(got.headers["content-type"]).toBe("text/css");
  });

  it("has the error's status by default, inside error routes", async () => {
    const failing = doing((exchange) => {
      exchange.error = new HttpError(418);
    });
    expect(await ask([failing, alone(staticResponse, {})])).toMatchObject({ status: 418 });
    const own = alone(staticResponse, { status_code: 200 });
    expect(await ask([failing, own])).toMatchObject({ status: 200 });
  });

  it("takes its status from the request, and fails if that is none", async () => {
    const handler = alone(staticResponse, { status_code: "{http.request.uri.query.s}" });
    expect(await ask([handler], { path: "/?s=404" })).toMatchObject({ status: 404 });
    for (const bad of ["", "?s=x", "?s=99", "?s=101", "?s=1000", "?s=-1"]) {
      expect(await ask([handler], { path: `/${bad}` })).toMatchObject({ status: 500 });
    }
  });

  it("refuses a status or a name that can never be sent, and says where", () => {
    expect(() => alone(staticResponse, { status_code: 1000 })).toThrow(
      '/status_code: "1000" is no',
    );
    expect(() => alone(staticResponse, { status_code: "ok" })).toThrow("/status_code");
    expect(() => alone(staticResponse, { headers: { "a b": ["x"] } })).toThrow("/headers/a b");
    expect(() => alone(staticResponse, { headers: { "a\r\nb": ["x"] } })).toThrow("cannot be");
  });

  it("lets no line break into the head, be it from the config or from a request", async () => {
    const handler = alone(staticResponse, {
      headers: {
        "X-Config": ["a\r\nX-Evil: 1\0"],
        "X-Request": ["{http.request.uri.query.v}"],
        "{http.request.uri.query.n}": ["dropped"],
      },
    });
    const got = await ask([handler], { path: "/?v=a%0D%0AX-Evil:%201%00&n=X-Evil:%201%0D%0A" });
    expect(got.status).toBe(200);
    expect(got.headers).not.toHaveProperty("x-evil");
    expect(got.headers["x-config"]).toBe("a  X-Evil: 1 ".trim());
    expect(got.headers["x-request"]).toBe("a  X-Evil: 1");
  });

  it("sends text beyond ASCII as UTF-8, also in header fields", async () => {
    const got = await ask(
      [alone(staticResponse, { headers: { "X-Name": ["日本 {http.request.uri.query.x}"] } })],
      { path: "/?x=%C3%BC" },
    );
    expect(Buffer.from(got.headers["x-name"] as string, "latin1").toString()).toBe("日本 ü");
  });

  it.each([
    ["of ASCII", "hello"],
    ["beyond ASCII", "日本 ü \u{1f600} \x7f\x80\xff"],
    ["made by the request", "{http.request.uri.query.x} ü"],
  ])("leaves in one piece with its head: a text %s", async (_, body) => {
    const pieces: number[] = [];
    const counting = doing(({ request }) => countPieces(request.socket, pieces));
    const fields = { "X-Name": ["日本"] };
    const handler = alone(staticResponse, { body, headers: fields });
    const got = await ask([counting, handler], { path: "/?x=%E6%97%A5" });
    expect(got.body).toBe(body.replace("{http.request.uri.query.x}", "日"));
    expect(Number(got.headers["content-length"])).toBe(Buffer.byteLength(got.body));
    expect(Buffer.from(got.headers["x-name"] as string, "latin1").toString()).toBe("日本");
    expect(pieces).toEqual([1]);
  });

  it.each([8191, 8192, 8193, 300_000])("sends %d bytes, ASCII or not", async (length) => {
    for (const body of ["a".repeat(length), `${"a".repeat(length - 2)}ü`]) {
      const got = await ask([alone(staticResponse, { body })]);
      expect(got.body === body).toBe(true);
      expect(got.headers["content-length"]).toBe(String(length));
    }
  });

  it("closes the connection after the answer", async () => {
    const got = await ask([alone(staticResponse, { close: true, body: "bye" })]);
    expect(got).toMatchObject({ body: "bye", headers: { connection: "close" } });
  });

  it("aborts without an answer", async () => {
    await expect(ask([alone(staticResponse, { abort: true, body: "x" })])).rejects.toThrow(
      "socket hang up",
    );
  });

  it("sends early hints, and leaves the answer to the next handler", async () => {
    const hint = alone(staticResponse, {
      status_code: 103,
      headers: { Link: ["</a.css>; rel=preload"] },
      body: "ignored",
    });
    const got = await ask([hint, telling(() => "answer")]);
    expect(got.hints).toMatchObject([{ link: "</a.css>; rel=preload" }]);
    expect(got).toMatchObject({ status: 200, body: "answer" });
    const odd = alone(staticResponse, { status_code: 103, headers: { Link: ["odd\r\n"] } });
    expect(await ask([odd, telling(() => "answer")])).toMatchObject({ body: "answer", hints: [] });
  });

  it("sends no body to a HEAD request, but its length", async () => {
    const got = await ask([alone(staticResponse, { body: "four" })], { method: "HEAD" });
    expect(got).toMatchObject({ body: "", headers: { "content-length": "4" } });
  });
});

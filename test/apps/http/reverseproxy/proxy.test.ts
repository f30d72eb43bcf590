import { createHash, randomBytes } from "node:crypto";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Exchange } from "../../../../src/apps/http/exchange.js";
import {
  CLOSE,
  closeAll,
  mirror,
  proxying,
  proxyingTo,
  rawExchange,
  saying,
  seen,
  signal,
  upstream,
} from "./support.js";

afterEach(closeAll);

describe("a request on its way upstream", () => {
  it("keeps method, target, host and fields", async () => {
    const request = await seen(
      `PUT /a%20b?c=d HTTP/1.1\r\nHost: example.com\r\nX-Mine: 1\r\n${CLOSE}` +
        "Content-Length: 2\r\n\r\nhi",
    );
    expect(request).toMatchObject({ method: "PUT", url: "/a%20b?c=d", body: "hi" });
    expect(request.headers).toMatchObject({ host: "example.com", "x-mine": "1" });
    expect(request.headers).toMatchObject({ "content-length": "2", via: "1.1 graft" });
  });

  it("names the host that its target names, whatever its Host says", async () => {
    const { url, headers } = await seen(
      `GET http://me@a.test:8/p?q HTTP/1.1\r\nHost: b.test\r\n${CLOSE}\r\n`,
    );
    expect(url).toBe("/p?q");
    expect(headers).toMatchObject({ host: "a.test:8", "x-forwarded-host": "a.test:8" });
  });

  it("has no body, nor says that it has, when it came without", async () => {
    const { headers } = await seen(`GET / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`);
    expect(headers).not.toHaveProperty("transfer-encoding");
    expect(headers).not.toHaveProperty("content-length");
  });

  it("says that it is empty where a body is usual", async () => {
    const { headers } = await seen(`POST / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`);
    expect(headers).toMatchObject({ "content-length": "0" });
  });

  it("keeps chunks chunks, and their trailers", async () => {
    const request = await seen(
      `POST / HTTP/1.1\r\nHost: a\r\n${CLOSE}Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n` +
        "3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\nAuthorization: x\r\n\r\n",
    );
    expect(request).toMatchObject({ body: "abcde", rawTrailers: ["X-Sum", "5"] });
    expect(request.headers).toMatchObject({ "transfer-encoding": "chunked", trailer: "X-Sum" });
  });

  it("leaves behind what was meant for this hop", async () => {
    const { headers } = await seen(
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\n" +
        "Keep-Alive: 9\r\nProxy-Authorization: x\r\nTE: gzip, trailers\r\n" +
        "Upgrade: h2c\r\nProxy-Connection: y\r\n\r\n",
    );
    expect(Object.keys(headers).toSorted()).toEqual(
      [
        "connection",
        "host",
        "te",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
      ]
        .filter((name) => name !== "connection" || "connection" in headers)
        .toSorted(),
    );
    expect(headers.te).toBe("trailers");
  });

  it("says whom it comes from, and believes nobody else about it", async () => {
    const { headers } = await seen(
      `GET / HTTP/1.1\r\nHost: a:1\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n` +
        `X-Forwarded-Host: evil\r\n${CLOSE}\r\n`,
    );
    expect(headers).toMatchObject({
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-host": "a:1",
    });
  });

  it("believes proxies that are trusted", async () => {
    const request =
      "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\n" +
      `X-Forwarded-Proto: https\r\nX-Forwarded-Host: example.com\r\n${CLOSE}\r\n`;
    const { headers } = await seen(request, { trusted_proxies: ["127.0.0.0/8"] });
    expect(headers).toMatchObject({
      "x-forwarded-for": "1.2.3.4, 5.6.7.8, 127.0.0.1",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "example.com",
    });
  });

  it("is held until it is whole when the config says so", async () => {
    const bytes =
      `POST / HTTP/1.1\r\nHost: a\r\n${CLOSE}Transfer-Encoding: chunked\r\n\r\n` +
      "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n";
    const whole = await seen(bytes, { request_buffers: 100 });
    expect(whole).toMatchObject({ body: "abcdef", headers: { "content-length": "6" } });
    const streamed = await seen(bytes, { request_buffers: 2 });
    expect(streamed).toMatchObject({ body: "abcdef", headers: { "transfer-encoding": "chunked" } });
  });
});

describe("an answer on its way back", () => {
  it("keeps status and fields, and names the proxy in Via alone", async () => {
    const { dial } = await upstream((_request, response) => {
      response.writeHead(299, {
        Server: "origin",
        "X-A": ["1", "2"],
        "Set-Cookie": ["a=1", "b=2"],
      });
      response.end("made");
    });
    const { url } = await proxyingTo(dial);
    const answer = await fetch(url);
    expect(answer.status).toBe(299);
    expect(answer.headers.get("server")).toBe("origin");
    expect(answer.headers.get("via")).toBe("1.1 graft");
    expect(answer.headers.get("x-a")).toBe("1, 2");
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await answer.text()).toBe("made");
  });

  it("leaves behind what was meant for this hop", async () => {
    const { dial } = await saying(
      "HTTP/1.1 200 OK\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=9\r\n" +
        "Proxy-Authenticate: x\r\nAlt-Svc: h3\r\nContent-Length: 2\r\n\r\nok",
    );
    const { port } = await proxyingTo(dial);
    const answer = await rawExchange(port, `GET / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`);
    expect(answer).not.toMatch(/x-hop|timeout=9|proxy-auth|alt-svc/i);
    expect(answer).toMatch(/\r\n\r\nok$/);
  });

  it("keeps its length without a body for HEAD and 304, and loses it for 204", async () => {
    const { dial } = await saying("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
    const { port } = await proxyingTo(dial);
    const head = await rawExchange(port, `HEAD / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`);
    expect(head).toMatch(/^HTTP\/1.1 200.*\r\nContent-Length: 7\r\n.*\r\n\r\n$/s);
    const empty = await saying("HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n");
    const other = await proxyingTo(empty.dial);
    const none = await rawExchange(other.port, `GET / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`);
    expect(none).toMatch(/^HTTP\/1.1 204/);
    expect(none).not.toMatch(/content-length/i);
  });

  it("keeps trailers", async () => {
    const { dial } = await upstream((_request, response) => {
      response.writeHead(200, { Trailer: "X-Sum" });
      response.write("body");
      response.addTrailers({ "X-Sum": "4" });
      response.end();
    });
    const { port } = await proxyingTo(dial);
    const answer = await new Promise<IncomingMessage>((resolve) => {
      httpRequest({ port, host: "127.0.0.1" }, (response) => {
        response.resume().on("end", () => resolve(response));
      }).end();
    });
    expect(answer.headers.trailer).toBe("X-Sum");
    expect(answer.trailers).toEqual({ "x-sum": "4" });
  });

  it("is preceded by early hints", async () => {
    const { dial } = await saying(
      "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" +
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    );
    const { port } = await proxyingTo(dial);
    const answer = await rawExchange(port, `GET / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`);
    expect(answer).toMatch(
      /^HTTP\/1.1 103 Early Hints\r\nLink: <\/a.css>; rel=preload\r\n\r\nHTTP\/1.1 200/i,
    );
    const old = await rawExchange(port, "GET / HTTP/1.0\r\nHost: a\r\n\r\n");
    expect(old).toMatch(/^HTTP\/1.1 200/);
  });

  it("is preceded by whatever else the upstream tells in between", async () => {
    const { dial } = await saying(
      "HTTP/1.1 100 Continue\r\n\r\n" +
        "HTTP/1.1 102 Processing\r\nConnection: X-Hop\r\nX-Hop: 1\r\nx-done: 10%\r\n\r\n".repeat(
          50,
        ) +
        "HTTP/1.1 103 Early Hints\r\nX-Only: 1\r\n\r\n" +
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    );
    const { port } = await proxyingTo(dial);
    const answer = await rawExchange(port, `GET / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`);
    const interim =
      "HTTP/1.1 100 Continue\r\n\r\n" +
      "HTTP/1.1 102 Processing\r\nX-Done: 10%\r\n\r\n".repeat(50) +
      "HTTP/1.1 103 Early Hints\r\nX-Only: 1\r\n\r\n";
    expect(answer.slice(0, interim.length + 12)).toBe(`${interim}HTTP/1.1 200`);
  });

  it("is preceded by one 100 where the client waits for one", async () => {
    const { dial } = await saying(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    );
    const { port } = await proxyingTo(dial);
    const fields = `Expect: 100-continue\r\nContent-Length: 1\r\n${CLOSE}`;
    const answer = await rawExchange(port, `POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\nx`);
    expect(answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200/);
  });

  it("comes piece by piece, and its head at once", async () => {
    const next = signal();
    const { dial } = await upstream(async (_request, response) => {
      response.flushHeaders();
      await next.fired;
      response.end("event");
    });
    const { url } = await proxyingTo(dial);
    const answer = await fetch(url);
    next.fire();
    expect(await answer.text()).toBe("event");
  });

  it("gets its length when it is held until it is whole", async () => {
    const { dial } = await saying(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
    );
    const held = await fetch((await proxyingTo(dial, { response_buffers: 10 })).url);
    expect([held.headers.get("content-length"), await held.text()]).toEqual(["3", "abc"]);
    const passed = await fetch((await proxyingTo(dial, { response_buffers: 2 })).url);
    expect([passed.headers.get("content-length"), await passed.text()]).toEqual([null, "abc"]);
  });
});

describe("large bodies", () => {
  it("go both ways whole", async () => {
    const { dial } = await upstream((request, response) => request.pipe(response));
    const { url } = await proxyingTo(dial);
    const sent = randomBytes(5_000_000);
    const answer = await fetch(url, { method: "POST", body: sent });
    const received = Buffer.from(await answer.arrayBuffer());
    const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
    expect(hash(received)).toBe(hash(sent));
  });
});

describe("what a proxy tells about a request", () => {
  it("stands in placeholders", async () => {
    const { dial } = await mirror();
    const told = signal<Exchange>();
    const config = { upstreams: [{ dial, max_requests: 7 }] };
    const { url } = await proxying(config, (exchange) => told.fire(exchange));
    await fetch(url);
    const exchange = await told.fired;
    const about = (name: string) => exchange.placeholder(`http.reverse_proxy.${name}`);
    expect(about("upstream.address")).toBe(`tcp/${dial}`);
    expect(about("upstream.hostport")).toBe(dial);
    expect(about("upstream.requests")).toBe("0");
    expect(about("upstream.max_requests")).toBe("7");
    expect(about("status_code")).toBe("200");
    expect(Number(about("duration_ms"))).toBeGreaterThanOrEqual(
      Number(about("upstream.latency_ms")),
    );
    expect(about("upstream.latency")).toMatch(/s$/);
  });
});

// What a config has a proxy change, in requests on their way upstream and in answers on their way back.

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

describe("a request", () => {
  it("is changed as the config says, by upstream placeholders too", async () => {
    const rules = {
      set: {
        Host: ["{http.reverse_proxy.upstream.hostport}"],
        "X-Up": ["{http.reverse_proxy.upstream.port}"],
      },
      add: { "Content-Length": ["99"], "X-Split": ["{http.request.uri.path}"] },
      delete: ["X-Forwarded-*"],
    };
    const { headers } = await seen(
      `POST /a%0d%0aX-Evil:%201 HTTP/1.1\r\nHost: a\r\n${CLOSE}Content-Length: 2\r\n\r\nhi`,
      { headers: { request: rules } },
    );
    expect(headers.host).toBe(`127.0.0.1:${headers["x-up"]}`);
    expect(headers["content-length"]).toBe("2");
    expect(headers).not.toHaveProperty("x-evil");
    expect(headers).not.toHaveProperty("x-forwarded-for");
  });

  it("names the upstream when the config takes its host away", async () => {
    const request = `GET / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`;
    const { headers } = await seen(request, { headers: { request: { delete: ["Host"] } } });
    expect(headers.host).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it("has another line if the config rewrites it, and nobody else notices", async () => {
    const { dial } = await mirror();
    const told = signal<Exchange>();
    const rewrite = {
      method: "put",
      uri: "/new{http.request.uri.path}?{http.request.method}",
      strip_path_suffix: "b",
    };
    const headers = {
      request: { set: { "X-Path": ["{http.request.method} {http.request.uri}"] } },
    };
    const config = { upstreams: [{ dial }], rewrite, headers };
    const { url } = await proxying(config, (exchange) => told.fire(exchange));
    const got = await (await fetch(`${url}/a%2Fb?c`, { method: "POST", body: "hi" })).json();
    expect(got).toMatchObject({ method: "PUT", url: "/new/a/?POST", body: "hi" });
    expect(got).toMatchObject({ headers: { "x-path": "POST /a%2Fb?c" } });
    expect(await told.fired).toMatchObject({ method: "POST", uri: "/a%2Fb?c" });
  });

  it.each([
    ["POST", "GET", ""],
    ["POST", "HEAD", ""],
    ["POST", "PUT", "hi"],
    ["GET", "GET", "hi"],
  ])("leaves its body behind if it becomes one that has none: %s to %s", async (from, to, body) => {
    const heard = signal<string>();
    const { dial } = await upstream((request, response) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => heard.fire(`${request.method} ${text}`));
      response.end();
    });
    const { port } = await proxyingTo(dial, { rewrite: { method: to } });
    const head = `${from} / HTTP/1.1\r\nHost: a\r\n${CLOSE}Content-Length: 2\r\n\r\n`;
    expect(await rawExchange(port, `${head}hi`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await heard.fired).toBe(`${to} ${body}`);
  });
});

describe("an answer", () => {
  it("is changed as the config says, if it is one that is meant", async () => {
    const { dial } = await upstream((request, response) => {
      response.writeHead(request.url === "/bad" ? 500 : 200, { "X-Internal": "1" }).end();
    });
    const headers = {
      response: {
        set: { "X-Up": ["{http.reverse_proxy.status_code}"] },
        delete: ["X-Internal"],
        require: { status_code: [5] },
      },
    };
    const { url } = await proxyingTo(dial, { headers });
    const bad = await fetch(`${url}/bad`);
    expect([bad.headers.get("x-up"), bad.headers.get("x-internal")]).toEqual(["500", null]);
    const good = await fetch(`${url}/good`);
    expect([good.headers.get("x-up"), good.headers.get("x-internal")]).toEqual([null, "1"]);
  });

  it("can be given what stands in its own fields", async () => {
    const { dial } = await saying(
      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nX-A: 1\r\nX-A: \xc3\xa9\r\n\r\nok",
    );
    const told = (name: string) => `{http.reverse_proxy.header.${name}}`;
    const set = { "X-Told": [`${told("Content-Length")} ${told("X-A")} ${told("X-No")}`] };
    const { port } = await proxyingTo(dial, { headers: { response: { set } } });
    const text = await rawExchange(port, `GET / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`);
    expect(text).toContain(`X-Told: 2 1,\xc3\xa9 ${told("X-No")}\r\n`);
  });

  it.each([
    ["404 Nope it is", "404 Nope it is"],
    ["200 ", "200 "],
    ["200", "200"],
    ["500 caf\xe9 \xc3\xa9", "500 caf\xe9 \xc3\xa9"],
  ])("can be given what its status was called: %j", async (line, text) => {
    const { dial } = await saying(`HTTP/1.1 ${line}\r\ncontent-length: 2\r\n\r\nok`);
    const set = { "X-Told": ["<{http.reverse_proxy.status_text}>"] };
    const { port } = await proxyingTo(dial, { headers: { response: { set } } });
    const answer = await rawExchange(port, `GET / HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`);
    expect(answer).toContain(`X-Told: <${text}>\r\n`);
  });
});

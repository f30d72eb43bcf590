// Requests that another server has to allow: what `forward_auth` of a Caddyfile comes to.

import type { IncomingMessage, RequestListener } from "node:http";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Json } from "../../../../src/document/index.js";
import { serving } from "../../../support/http.js";
import { atEnd, closeAll, signal, upstream } from "./support.js";

afterEach(closeAll);

const proxyTo = (dial: string, handle_response: unknown, more: object = {}) => ({
  handler: "reverse_proxy",
  upstreams: [{ dial }],
  handle_response,
  ...more,
});

/** A running Graft with these handlers in one route, until the end of the test. */
async function handling(...handle: unknown[]) {
  const graft = await serving([{ handle }] as Json);
  atEnd(() => graft.stop());
  return graft;
}

const text = (message: IncomingMessage) =>
  new Promise<string>((resolve) => {
    let all = "";
    message.on("data", (chunk: Buffer) => {
      all += chunk.toString("latin1");
    });
    message.on("end", () => resolve(all));
  });

describe("a request that is allowed by another server", () => {
  /** What `forward_auth` makes of `copy_headers Remote-User`. */
  const value = "{http.reverse_proxy.header.Remote-User}";
  const good = [
    {
      match: { status_code: [2] },
      routes: [
        { handle: [{ handler: "headers", request: { delete: ["Remote-User"] } }] },
        {
          match: [{ not: [{ vars: { [value]: [""] } }] }],
          handle: [{ handler: "headers", request: { set: { "Remote-User": [value] } } }],
        },
      ],
    },
  ];
  const asking = (dial: string) =>
    proxyTo(dial, good, {
      rewrite: { method: "GET", uri: "/verify" },
      headers: { request: { set: { "X-Forwarded-Uri": ["{http.request.uri}"] } } },
    });
  const door: RequestListener = (request, response) => {
    const [, user] = /user=(\w*)/.exec(request.headers.cookie ?? "") ?? [];
    if (user === undefined) {
      response.writeHead(302, { Location: "/login", "Set-Cookie": ["a=1", "b=2"] });
      response.end(`${request.method} ${request.url} ${request.headers["x-forwarded-uri"]}`);
    } else response.writeHead(200, user === "" ? {} : { "Remote-User": user }).end("welcome");
  };
  const site = () =>
    upstream(async (request, response) => {
      const body = await text(request);
      response.end(
        JSON.stringify({
          user: request.headers["remote-user"],
          url: request.url,
          length: body.length,
        }),
      );
    });

  async function guarded(...doors: RequestListener[]) {
    const dials = await Promise.all(doors.map(async (listener) => (await upstream(listener)).dial));
    const { dial } = await site();
    return handling(...dials.map(asking), { handler: "reverse_proxy", upstreams: [{ dial }] });
  }

  it("goes on with its body, and with the fields of the answer instead of its own", async () => {
    const { get } = await guarded(door);
    const body = "b".repeat(3_000_000);
    const headers = { Cookie: "user=joe", "remote-user": "root" };
    const answer = await get("/up?x=1", { method: "POST", headers, body });
    expect(JSON.parse(answer.body)).toEqual({ user: "joe", url: "/up?x=1", length: body.length });
  });

  it("does not go on with a field that the answer has not", async () => {
    const { get } = await guarded(door);
    const headers = { Cookie: "user=", "Remote-User": "root", "REMOTE-USER": "root" };
    expect(JSON.parse((await get("/", { headers })).body).user).toBeUndefined();
  });

  it("does not take the field of an answer before this one", async () => {
    const { get } = await guarded(door, (_, response) => response.end("welcome, too"));
    const answer = await get("/", { headers: { Cookie: "user=joe" } });
    expect(JSON.parse(answer.body).user).toBeUndefined();
  });

  it("is answered by that server otherwise", async () => {
    const { get } = await guarded(door);
    expect(await get("/secret", { method: "POST", body: "x" })).toMatchObject({
      status: 302,
      headers: { location: "/login", "set-cookie": ["a=1", "b=2"] },
      body: "GET /verify /secret",
    });
  });

  it("goes on when the config changes in the meantime", async () => {
    const asked = signal<() => void>();
    const { dial } = await upstream((_, response) => {
      asked.fire(() => response.setHeader("Remote-User", "joe").end());
    });
    const { dial: behind } = await site();
    const handle = [asking(dial), { handler: "reverse_proxy", upstreams: [{ dial: behind }] }];
    const { get, load } = await handling(...handle);
    const answer = get("/");
    const allow = await asked.fired;
    await load([{ handle: [{ handler: "static_response", body: "new" }] }]);
    expect((await get("/")).body).toBe("new");
    allow();
    expect(JSON.parse((await answer).body).user).toBe("joe");
  });

  it("has its body only once", async () => {
    const taking: RequestListener = (request, response) =>
      void text(request).then(() => response.end());
    const first = await upstream(taking);
    const second = await upstream(taking);
    const { get } = await handling(proxyTo(first.dial, [{}]), {
      handler: "reverse_proxy",
      upstreams: [{ dial: second.dial }],
    });
    const headers = { "Transfer-Encoding": "chunked" };
    expect((await get("/", { method: "POST", body: "abc" })).status).toBe(400);
    expect((await get("/", { method: "POST", headers, body: "abc" })).status).toBe(400);
    expect((await get("/", { method: "POST", headers })).status).toBe(200);
  });
});

import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { defineHandler } from "../../../../src/apps/http/module.js";
import { bodyOf } from "../../../../src/apps/http/response.js";
import type { Json } from "../../../../src/document/index.js";
import { Type } from "../../../../src/schema/index.js";
import { serving } from "../../../support/http.js";

const say = (body: string, more: object = {}) => ({ handler: "static_response", body, ...more });
const set = (fields: object, more: object = {}) => ({
  handler: "headers",
  response: { set: fields, ...more },
});
const looking = (...handle: object[]) => ({ routes: [{ handle }] });
const intercept = (...handle_response: object[]) => ({ handler: "intercept", handle_response });

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of cleanups.splice(0).reverse()) await close();
});

/** A handler that answers in parts, as often as is asked for, each time the client takes more. */
const parts = defineHandler({
  name: "parts",
  summary: "Answers in parts.",
  schema: Type.Object({ count: Type.Integer(), status: Type.Integer(), fails: Type.Boolean() }),
  provision: ({ count, status, fails }) => ({
    async handle({ response }) {
      response.headers.set("Content-Length", String(count * PART.length));
      response.sendHead(status);
      for (let i = 0; i < count; i++) {
        if (!response.write(PART)) await response.drained();
        if (response.raw.destroyed) return onGone();
      }
      if (fails) response.abort();
      else response.end();
    },
  }),
});
/** Called when such a handler finds that its client has gone. */
let onGone: () => void = () => {};
const PART = "0123456789".repeat(1000);
const inParts = (count: number, status = 200, fails = false) => ({
  handler: "parts",
  count,
  status,
  fails,
});

/** A handler that fails when it has answered, or before. */
const failing = defineHandler({
  name: "failing",
  summary: "Fails.",
  schema: Type.Object({ first: Type.Boolean() }),
  provision: ({ first }) => ({
    async handle({ response }) {
      if (first) response.send(200, bodyOf("answered"));
      throw new Error("it failed");
    },
  }),
});

/** A handler that sends other bodies in capitals. */
const loud = defineHandler({
  name: "loud",
  summary: "Makes bodies loud.",
  schema: Type.Object({}),
  provision: () => ({
    handle(exchange, next) {
      const { response } = exchange;
      response.onHead(() => {
        response.headers.set("Content-Encoding", "loud");
        response.filterBody(
          {
            whole: ({ wire }) => bodyOf(String(wire).toUpperCase()),
            stream: () => {
              throw new Error("nothing here comes in parts");
            },
          },
          () => {},
        );
      });
      return next(exchange);
    },
  }),
});

/** What a server with these handlers in its one route answers. */
async function answered(handle: readonly object[], ask: object = {}, server: object = {}) {
  const routes = [{ handle }] as unknown as Json;
  const graft = await serving(routes, { modules: [parts, failing, loud], server: server as Json });
  cleanups.push(() => graft.stop());
  return graft.get("/", ask);
}

async function upstream(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const dial = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { handler: "reverse_proxy", upstreams: [{ dial }] };
}

describe("intercept", () => {
  it("changes the status of answers that match, without keeping them", async () => {
    const entry = { match: { status_code: [4] }, status_code: "{http.response.header.X-Status}" };
    const field = { headers: { "X-Status": ["503"] } };
    const gone = say("gone", { status_code: 404, ...field });
    expect(await answered([intercept(entry), gone])).toMatchObject({ status: 503, body: "gone" });
    expect(await answered([intercept(entry), say("fine", field)])).toMatchObject({ status: 200 });
    const many = await answered([intercept({ status_code: 500 }), inParts(1000)]);
    expect(many).toMatchObject({ status: 500, headers: { "content-length": "10000000" } });
  });

  it("makes an answer without a body one that says so", async () => {
    const proxy = await upstream((_, response) =>
      response.writeHead(304, { "Content-Length": "9" }).end(),
    );
    const { status, body } = await answered([intercept({ status_code: 200 }), proxy]);
    expect({ status, body }).toEqual({ status: 200, body: "" });
  });

  it("sends the answer of its routes in place of the other", async () => {
    const own = say("{http.intercept.status_code} {http.intercept.header.X-A}", {
      status_code: 410,
    });
    const other = say("other", { status_code: 404, headers: { "X-A": ["a", "b"], ETag: ['"x"'] } });
    const { status, headers, body } = await answered([intercept(looking(own)), other]);
    expect({ status, body }).toEqual({ status: 410, body: "404 a,b" });
    expect(headers).toMatchObject({ "content-length": "7", "x-a": "a, b" });
    expect(headers.etag).toBeUndefined();
  });

  it("sends the other answer when its routes have none, with their fields", async () => {
    for (const other of [say("other", { status_code: 404 }), inParts(2, 404), inParts(100, 404)]) {
      const before = await answered([other]);
      const after = await answered([intercept(looking(set({ "X-Own": ["1"] }))), other]);
      expect(after).toMatchObject({ status: 404, headers: { "x-own": "1" } });
      expect(after.headers["content-length"]).toBe(before.headers["content-length"]);
      expect(after.body === before.body).toBe(true);
    }
  });

  it("takes the status of an answer without a body", async () => {
    const entry = looking(say("", { status_code: 444 }));
    const answer = await answered([intercept(entry), inParts(100)]);
    expect(answer.status).toBe(444);
    expect(answer.body).toHaveLength(100 * PART.length);
  });

  it("lets whoever makes a long answer end when the routes have their own", async () => {
    const gone = new Promise<void>((resolve) => {
      onGone = resolve;
    });
    expect((await answered([intercept(looking(say("own"))), inParts(1000)])).body).toBe("own");
    await gone;

    let onClose: () => void = () => {};
    const closed = new Promise<void>((resolve) => {
      onClose = resolve;
    });
    const proxy = await upstream((_, response) => {
      response.on("close", onClose);
      response.write("x".repeat(50_000_000));
    });
    expect((await answered([intercept(looking(say("own"))), proxy])).body).toBe("own");
    await closed;
  });

  it("keeps the head of an answer whose body takes a while", async () => {
    const proxy = await upstream((_, response) => {
      response.flushHeaders();
      setTimeout(() => response.end("late"), 50);
    });
    const entry = looking(say("", { status_code: 404 }));
    expect(await answered([intercept(entry), proxy])).toMatchObject({ status: 404, body: "late" });
  });

  it("lets a proxy answer, with one type", async () => {
    const other = say("<p>", { headers: { "Content-Type": ["text/html"] } });
    const proxy = await upstream((_, response) => {
      response.writeHead(201, { "Content-Type": "text/css" }).end("css");
    });
    const { status, headers, body } = await answered([intercept(looking(proxy)), other]);
    expect({ status, body, type: headers["content-type"] }).toEqual({
      status: 201,
      body: "css",
      type: "text/css",
    });
  });

  it("runs what is to be done to a head once, for the answer that is sent", async () => {
    const outer = { handler: "headers", response: { add: { "X-N": ["n"] }, deferred: true } };
    for (const entry of [looking(say("own")), looking(set({ "X-Own": ["1"] })), { routes: [] }]) {
      const { headers } = await answered([outer, intercept(entry), say("other")]);
      expect(headers["x-n"]).toBe("n");
    }
  });

  it("leaves it to the other answer what would be made of its body", async () => {
    const handle = { handler: "loud" };
    const own = await answered([intercept(looking(say("own"))), handle, say("other")]);
    expect(own.body).toBe("own");
    expect(own.headers).not.toHaveProperty("content-encoding");
    const entry = looking(set({ "X-Own": ["1"] }));
    const other = await answered([intercept(entry), handle, say("other")]);
    expect(other).toMatchObject({ body: "OTHER", headers: { "content-encoding": "loud" } });
  });

  it("can stand within another", async () => {
    const inner = intercept(looking(say("{http.intercept.status_code}", { status_code: 201 })));
    const outer = intercept(looking(say("{http.intercept.status_code}")));
    expect(await answered([outer, inner, say("x", { status_code: 404 })])).toMatchObject({
      status: 200,
      body: "201",
    });
    const fields = intercept(looking(set({ "X-Own": ["1"] })));
    const long = await answered([fields, fields, inParts(100)]);
    expect(long.body).toHaveLength(100 * PART.length);
  });

  it("leaves errors, and requests that nobody answers, alone", async () => {
    const error = { handler: "error", status_code: 404 };
    const routes = [{ handle: [say("sorry")] }];
    const seen = intercept({ status_code: 500 }, looking(say("own")));
    const server = { errors: { routes } };
    expect(await answered([seen, error], {}, server)).toMatchObject({ status: 404, body: "sorry" });
    expect(await answered([seen])).toMatchObject({ status: 200, body: "" });
    const early = { handler: "failing", first: false };
    expect(await answered([seen, early], {}, server)).toMatchObject({ status: 500, body: "sorry" });
  });

  it("gives the errors of its routes to the error routes", async () => {
    const server = { errors: { routes: [{ handle: [say("sorry")] }] } };
    for (const other of [say("other"), inParts(1000)]) {
      const entry = looking({ handler: "error", status_code: 418 });
      const answer = await answered([intercept(entry), other], {}, server);
      expect(answer).toMatchObject({ status: 418, body: "sorry" });
    }
  });

  it("makes an error of an answer that breaks off, or whose maker fails, while it is kept", async () => {
    const entry = looking(set({ "X-Own": ["1"] }));
    expect((await answered([intercept(entry), inParts(2, 200, true)])).status).toBe(502);
    const late = { handler: "failing", first: true };
    expect((await answered([intercept(entry), late])).status).toBe(500);
  });

  it("answers HEAD with the fields of GET", async () => {
    const entry = looking(set({ "X-Own": ["1"] }));
    const answer = await answered([intercept(entry), say("other")], { method: "HEAD" });
    expect(answer).toMatchObject({ body: "", headers: { "content-length": "5", "x-own": "1" } });
  });

  it("refuses a status that is none, and fields that it does not know", async () => {
    const where = "handle/0/handle_response/0";
    await expect(answered([intercept({ status_code: 99 })])).rejects.toThrow(where);
    await expect(answered([intercept({ code: 200 })])).rejects.toThrow(where);
  });
});

// How routes are chosen and chained, over real sockets.

import { afterEach, describe, expect, it } from "@jest/globals";
import type { Json } from "../../../src/document/index.js";
import { type Log, silentLog } from "../../../src/engine/index.js";
import { type Serving, serving } from "../../support/http.js";

const say = (body: string, more: object = {}): Json => ({
  handle: [{ handler: "static_response", body }],
  ...more,
});
const forHost = (host: string, body: string, more: object = {}): Json =>
  say(body, { match: [{ host: [host] }], ...more });
const addHeader = (value: string, more: object = {}): Json => ({
  handle: [{ handler: "headers", response: { add: { "X-Trail": [value] } } }],
  ...more,
});

let site: Serving;
afterEach(() => site?.stop());

const host = (name: string) => ({ headers: { host: name } });

describe("a list of routes", () => {
  it("answers with the first that matches", async () => {
    site = await serving([forHost("a.test", "A"), forHost("b.test", "B"), say("other")]);
    expect((await site.get("/", host("b.test"))).body).toBe("B");
    expect((await site.get("/", host("c.test"))).body).toBe("other");
  });

  it("answers an unrouted request with an empty 200", async () => {
    site = await serving([forHost("a.test", "A")]);
    expect(await site.get("/", host("z.test"))).toMatchObject({ status: 200, body: "" });
  });

  it("runs every matching route until one answers", async () => {
    site = await serving([addHeader("1"), addHeader("2"), say("done"), addHeader("3")]);
    expect((await site.get("/")).headers["x-trail"]).toBe("1, 2");
  });

  it("runs only the first route of a group", async () => {
    site = await serving([addHeader("1", { group: "g" }), addHeader("2", { group: "g" }), say("")]);
    expect((await site.get("/")).headers["x-trail"]).toBe("1");
  });

  it("stops after a terminal route", async () => {
    site = await serving([addHeader("1", { terminal: true }), say("never")]);
    expect(await site.get("/")).toMatchObject({ status: 200, body: "" });
  });
});

describe("a list too long to ask one by one", () => {
  const many = (n: number) => Array.from({ length: n }, (_, i) => forHost(`s${i}.test`, `S${i}`));

  it("finds each host, in order with routes that match any host", async () => {
    site = await serving([addHeader("first"), ...many(100), say("rest")]);
    const answer = await site.get("/", host("S42.test"));
    expect(answer.body).toBe("S42");
    expect(answer.headers["x-trail"]).toBe("first");
    expect((await site.get("/", host("none.test"))).body).toBe("rest");
  });

  it("finds wildcards and exact names in the order in which they stand", async () => {
    const before = [forHost("*.wild.test", "wild"), forHost("x.wild.test", "exact")];
    site = await serving([...before, ...many(20)]);
    expect((await site.get("/", host("x.wild.test"))).body).toBe("wild");
    await site.load([...before.reverse(), ...many(20)]);
    expect((await site.get("/", host("x.wild.test"))).body).toBe("exact");
  });

  it("finds paths after a rewrite changed them", async () => {
    const onPath = (path: string, body: string) => say(body, { match: [{ path: [path] }] });
    const rewrite = { handle: [{ handler: "rewrite", uri: "/p7" }] };
    const paths = Array.from({ length: 30 }, (_, i) => onPath(`/p${i}`, `P${i}`));
    site = await serving([rewrite, ...paths]);
    expect((await site.get("/elsewhere")).body).toBe("P7");
  });

  it("follows inserts, moves and removals without being rebuilt", async () => {
    site = await serving(many(200));
    const routes = many(200);
    const [moved] = routes.splice(150, 1);
    routes.unshift(moved as Json, forHost("new.test", "NEW"));
    routes.splice(50, 10);
    await site.load(routes);
    expect((await site.get("/", host("s150.test"))).body).toBe("S150");
    expect((await site.get("/", host("new.test"))).body).toBe("NEW");
    expect((await site.get("/", host("s48.test"))).body).toBe("");
    expect((await site.get("/", host("s199.test"))).body).toBe("S199");
  });
});

describe("error routes", () => {
  const fail = (status: number): Json => ({ handle: [{ handler: "error", status_code: status }] });

  it("answer for a route that failed, and see the status", async () => {
    const errors = { routes: [say("sorry {http.error.status_code}")] };
    site = await serving([fail(418)], { server: { errors } });
    expect(await site.get("/")).toMatchObject({ body: "sorry 418" });
  });

  it("leave the bare status where they do not answer", async () => {
    site = await serving([fail(503)], { server: { errors: { routes: [addHeader("seen")] } } });
    const answer = await site.get("/");
    expect(answer).toMatchObject({ status: 503, body: "" });
  });

  it("leave the status of the first error where they fail themselves", async () => {
    const said: string[] = [];
    const log: Log = { ...silentLog, error: (text) => said.push(text), named: () => log };
    const broken = { handler: "error", status_code: 502, error: "broken too" };
    const errors = { routes: [{ handle: [broken] }] };
    site = await serving([fail(410)], { server: { errors }, log });
    expect(await site.get("/")).toMatchObject({ status: 410, body: "" });
    expect(said).toEqual(["broken too"]);
  });

  it("leave the status of an error within that a subroute's routes did not answer", async () => {
    const errors = { routes: [addHeader("seen")] };
    const inner = { handler: "subroute", routes: [fail(502)], errors };
    site = await serving([fail(404)], { server: { errors: { routes: [{ handle: [inner] }] } } });
    expect(await site.get("/")).toMatchObject({ status: 502, body: "" });
  });

  it("can name the error as the log does", async () => {
    const logged: unknown[] = [];
    const log: Log = { ...silentLog, debug: (_, fields) => logged.push(fields), named: () => log };
    const errors = { routes: [say("{http.error.id}")] };
    site = await serving([fail(404)], { server: { errors }, log });
    const { body } = await site.get("/");
    expect(body).toMatch(/^[a-z2-9]{9}$/);
    expect(logged).toContainEqual(expect.objectContaining({ status: 404, err_id: body }));
  });

  it("of a subroute answer for that subroute only", async () => {
    const inner = { handler: "subroute", routes: [fail(500)], errors: { routes: [say("inner")] } };
    site = await serving([{ match: [{ path: ["/in"] }], handle: [inner] }, fail(404)]);
    expect((await site.get("/in")).body).toBe("inner");
    expect((await site.get("/out")).status).toBe(404);
  });

  it("of a subroute leave the status of the error where nobody answers it", async () => {
    const errors = { routes: [addHeader("seen")] };
    const inner = { handler: "subroute", routes: [fail(403)], errors };
    site = await serving([{ handle: [inner] }]);
    expect(await site.get("/")).toMatchObject({ status: 403, body: "" });
  });
});

describe("named routes", () => {
  it("run where they are invoked, and change everywhere at once", async () => {
    const invoke = { handle: [{ handler: "invoke", name: "hello" }] };
    const named = (body: string) => ({ named_routes: { hello: say(body) } });
    site = await serving([invoke], { server: named("one") });
    expect((await site.get("/")).body).toBe("one");
    await site.load([invoke], { listen: ["127.0.0.1:0"], ...named("two") });
    expect((await site.get("/")).body).toBe("two");
  });

  it.each(["", "a\nb", "__proto__"])("may have any name: %j", async (name) => {
    const invoke = { handle: [{ handler: "invoke", name }] };
    site = await serving([invoke], { server: { named_routes: { [name]: say("named") } } });
    expect((await site.get("/")).body).toBe("named");
  });

  it("must be there", async () => {
    await expect(serving([{ handle: [{ handler: "invoke", name: "nobody" }] }])).rejects.toThrow(
      '/apps/http/servers/srv/routes/0/handle/0/name: there is no named route "nobody"',
    );
  });
});

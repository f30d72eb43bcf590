import { afterEach, describe, expect, it } from "@jest/globals";
import { insert, type Json } from "../../src/document/index.js";
import { startAdmin, type TestAdmin } from "../support/admin.js";

let admin: TestAdmin;
afterEach(() => admin.close());

const SITES: Json = {
  apps: { http: { list: [1, 2, 3], name: "web", nested: [[1], [2]], "a/b": { c: 1 } } },
};

/** The document after one request, and the status of its answer. */
async function after(method: string, path: string, body?: Json, document: Json = SITES) {
  admin = await startAdmin(document);
  const { status } = await admin.ask(method, path, body === undefined ? {} : { json: body });
  return { status, http: (admin.door.document as { apps: { http: Json } } | null)?.apps?.http };
}

describe("GET /config/…", () => {
  it("answers a scope as JSON with its ETag and its length", async () => {
    admin = await startAdmin(SITES);
    const answer = await admin.ask("GET", "/config/apps/http/list");
    expect(answer).toMatchObject({ status: 200, json: [1, 2, 3], text: "[1,2,3]\n" });
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(answer.headers["content-length"]).toBe("8");
    expect(answer.headers.etag).toMatch(/^"\/config\/apps\/http\/list [\w-]+"$/);
  });

  it.each<[string, number, Json]>([
    ["/config/", 200, SITES],
    ["/config/apps/http/list/", 200, [1, 2, 3]],
    ["/config/apps/http/list/1", 200, 2],
    ["/config/apps/http/nested/1/0", 200, 2],
    ["/config/apps/http/a%2Fb/c", 200, 1],
    ["/config/apps/http/missing", 200, null],
    ["/config/apps/http/name?x=1", 200, "web"],
  ])("answers %s with %d", async (path, status, json) => {
    admin = await startAdmin(SITES);
    expect(await admin.ask("GET", path)).toMatchObject({ status, json });
  });

  it.each([
    ["/config/apps/http/list/3", 404],
    ["/config/apps/http/list/01", 400],
    ["/config/apps/http/list/-1", 400],
    ["/config/apps/http/missing/deeper", 404],
    ["/config/apps/http/name/deeper", 400],
    ["/config/%zz", 400],
    ["/config/__proto__/x", 404],
  ])("refuses %s with %d and a JSON error", async (path, status) => {
    admin = await startAdmin(SITES);
    const answer = await admin.ask("GET", path);
    expect(answer).toMatchObject({ status, json: { error: expect.any(String) } });
  });

  it("answers HEAD as GET, without the body", async () => {
    admin = await startAdmin(SITES);
    const { status, headers, text } = await admin.ask("HEAD", "/config/apps");
    expect([status, text]).toEqual([200, ""]);
    expect(headers).toMatchObject({
      etag: expect.any(String),
      "content-length": expect.any(String),
    });
  });

  it("redirects /config, keeping the query, and a write its method", async () => {
    admin = await startAdmin(SITES);
    const read = await admin.ask("GET", "/config?pretty=1");
    expect([read.status, read.headers.location]).toEqual([301, "/config/?pretty=1"]);
    const write = await admin.ask("POST", "/config", { json: {} });
    expect([write.status, write.headers.location]).toEqual([308, "/config/"]);
  });

  it("sends a large document whole", async () => {
    const routes = Array.from({ length: 20_000 }, (_, i) => ({
      "@id": `r${i}`,
      host: `h${i}.test`,
    }));
    admin = await startAdmin({ routes });
    expect((await admin.ask("GET", "/config/routes")).json).toEqual(routes);
  });

  it("answers OPTIONS with what it allows, and another method with 405", async () => {
    admin = await startAdmin(SITES);
    const options = await admin.ask("OPTIONS", "/config/");
    expect([options.status, options.headers.allow]).toEqual([
      204,
      "OPTIONS, HEAD, GET, POST, PUT, PATCH, DELETE",
    ]);
    const trace = await admin.ask("PROPFIND", "/config/");
    expect([trace.status, trace.headers.allow]).toEqual([405, options.headers.allow]);
  });
});

describe("a write to /config/…", () => {
  it.each<[string, string, Json | undefined, number, Json]>([
    ["POST", "list", 4, 200, { list: [1, 2, 3, 4] }],
    ["POST", "list/0", 4, 200, { list: [1, 2, 3, 4] }],
    ["POST", "list/...", [4, 5], 200, { list: [1, 2, 3, 4, 5] }],
    ["POST", "list/...", 4, 400, { list: [1, 2, 3] }],
    ["POST", "name/...", [4], 400, { name: "web" }],
    ["POST", "name", "new", 200, { name: "new" }],
    ["POST", "fresh", { a: 1 }, 200, { fresh: { a: 1 } }],
    ["POST", "nested/0", 9, 200, { nested: [[1, 9], [2]] }],
    ["PUT", "list/1", 9, 200, { list: [1, 9, 2, 3] }],
    ["PUT", "list/3", 9, 200, { list: [1, 2, 3, 9] }],
    ["PUT", "list/4", 9, 404, { list: [1, 2, 3] }],
    ["PUT", "name", 9, 409, { name: "web" }],
    ["PUT", "x/y/z", 9, 200, { x: { y: { z: 9 } } }],
    ["PATCH", "list", [0], 200, { list: [0] }],
    ["PATCH", "list/2", 9, 200, { list: [1, 2, 9] }],
    ["PATCH", "missing", 9, 404, { name: "web" }],
    ["PATCH", "list/3", 9, 404, { list: [1, 2, 3] }],
    ["PATCH", "a%2Fb/c", 2, 200, { "a/b": { c: 2 } }],
    ["DELETE", "name", undefined, 200, { list: [1, 2, 3] }],
    ["DELETE", "list/0", undefined, 200, { list: [2, 3] }],
    ["DELETE", "missing", undefined, 404, { name: "web" }],
  ])("%s %s with %j gives %d", async (method, path, body, status, http) => {
    const result = await after(method, `/config/apps/http/${path}`, body);
    expect(result).toMatchObject({ status, http });
  });

  it("answers an empty body and the ETag after the change", async () => {
    admin = await startAdmin(SITES);
    const answer = await admin.ask("PATCH", "/config/apps/http/name", { json: "new" });
    expect([answer.status, answer.text]).toEqual([200, ""]);
    const now = await admin.ask("GET", "/config/apps/http/name");
    expect(answer.headers.etag).toBe(now.headers.etag);
  });

  it("unloads everything by DELETE /config/", async () => {
    admin = await startAdmin(SITES);
    expect((await admin.ask("DELETE", "/config/")).status).toBe(200);
    expect(admin.door.document).toBeNull();
  });

  it("tells the door who asks, why, from where, and whether to reload without need", async () => {
    admin = await startAdmin(SITES);
    const author = Buffer.from("Zoë").toString("latin1");
    const headers = { "X-Graft-Author": author, "X-Graft-Reason": "why not" };
    await admin.ask("DELETE", "/config/apps/http/list/0", {
      headers: { ...headers, "Cache-Control": "must-revalidate" },
    });
    expect(admin.door.asked[0]).toMatchObject({
      path: ["apps", "http", "list", "0"],
      source: "DELETE /config/apps/http/list/0",
      author: "Zoë",
      reason: "why not",
      force: true,
      dryRun: false,
    });
  });

  it("keeps __proto__ an ordinary key", async () => {
    admin = await startAdmin({});
    await admin.ask("PUT", "/config/__proto__/polluted", { json: "yes" });
    await admin.ask("POST", "/config/constructor", { text: '{"__proto__":1}', type: "text/json" });
    expect(Object.keys(admin.door.document as object)).toEqual(["__proto__", "constructor"]);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it("shows by ?dry_run what it would do, and refuses a value that could mean no", async () => {
    admin = await startAdmin(SITES);
    const path = "/config/apps/http/name";
    const dry = await admin.ask("PATCH", `${path}?dry_run=true`, { json: "new" });
    expect(dry).toMatchObject({
      status: 200,
      json: { changes: [{ op: "replace", path: "/apps/http/name", value: "new" }] },
    });
    expect((await admin.ask("PATCH", `${path}?dry_run=yes`, { json: "new" })).status).toBe(400);
    expect(admin.door.document).toBe(SITES);
  });
});

describe("PATCH /config/… with a patch", () => {
  const patch = (body: Json, path = "/config/apps/http") =>
    admin.ask("PATCH", path, { json: body, type: "application/json-patch+json; charset=utf-8" });

  it("applies all operations of a JSON Patch, relative to the scope", async () => {
    admin = await startAdmin(SITES);
    const answer = await patch([
      { op: "test", path: "/name", value: "web" },
      { op: "add", path: "/list/-", value: 4 },
      { op: "remove", path: "/name" },
    ]);
    expect(answer.status).toBe(200);
    expect((await admin.ask("GET", "/config/apps/http")).json).toMatchObject({
      list: [1, 2, 3, 4],
    });
  });

  it.each<[string, Json, number]>([
    ["a test that fails", [{ op: "test", path: "/name", value: "other" }], 409],
    ["a path that is not there", [{ op: "remove", path: "/nobody" }], 404],
    ["an unknown operation", [{ op: "explode", path: "/name" }], 400],
    ["a single operation", { op: "remove", path: "/name" }, 400],
    ["a pointer without a slash", [{ op: "remove", path: "name" }], 400],
  ])("applies nothing for %s", async (_, operations, status) => {
    admin = await startAdmin(SITES);
    const first: Json = { op: "add", path: "/list/-", value: 4 };
    const body = Array.isArray(operations) ? [first, ...operations] : operations;
    expect(await patch(body)).toMatchObject({ status, json: { error: expect.any(String) } });
    expect(admin.door.document).toBe(SITES);
  });

  it("merges a merge patch", async () => {
    admin = await startAdmin(SITES);
    const type = "application/merge-patch+json";
    const body = { name: null, list: [1], fresh: { a: 1 } };
    expect((await admin.ask("PATCH", "/config/apps/http", { json: body, type })).status).toBe(200);
    const { json } = await admin.ask("GET", "/config/apps/http");
    expect(json).toMatchObject({ list: [1], fresh: { a: 1 } });
    expect(json).not.toHaveProperty("name");
  });

  it.each([
    ["POST", "application/json-patch+json"],
    ["PATCH", "text/plain"],
    ["PATCH", "application/problem+json"],
    ["PUT", "application/x-www-form-urlencoded"],
    ["POST", "multipart/form-data"],
  ])("refuses %s with %s", async (method, type) => {
    admin = await startAdmin(SITES);
    expect((await admin.ask(method, "/config/new", { text: "[]", type })).status).toBe(415);
    expect(admin.door.asked).toEqual([]);
  });
});

describe("/id/…", () => {
  const routes: Json = {
    routes: [
      { "@id": "a", n: 1 },
      { "@id": 7, n: 2 },
      { "@id": "x/y", n: 3 },
    ],
  };

  it("finds an object by the text or number it is called", async () => {
    admin = await startAdmin(routes);
    expect((await admin.ask("GET", "/id/a/n")).json).toBe(1);
    expect((await admin.ask("GET", "/id/7/n")).json).toBe(2);
    const slashed = await admin.ask("GET", "/id/x%2Fy");
    expect(slashed.json).toEqual({ "@id": "x/y", n: 3 });
    expect(slashed.headers.etag).toContain('"/config/routes/2 ');
  });

  it("refuses an unknown id with 404 and none with 400", async () => {
    admin = await startAdmin(routes);
    expect((await admin.ask("GET", "/id/nobody")).status).toBe(404);
    expect((await admin.ask("PATCH", "/id/nobody/n", { json: 1 })).status).toBe(404);
    expect((await admin.ask("GET", "/id/")).status).toBe(400);
    expect((await admin.ask("GET", "/id")).status).toBe(400);
  });

  it("edits the object meant also when another change moves it meanwhile", async () => {
    admin = await startAdmin(routes);
    let first = true;
    admin.door.turn = async () => {
      if (!first) return;
      first = false;
      const edit = (document: Json) => insert(document, ["routes", "0"], { n: 0 });
      await admin.door.change({ path: [], source: "test", edit });
    };
    expect((await admin.ask("PATCH", "/id/7/n", { json: 99 })).status).toBe(200);
    const { json } = await admin.ask("GET", "/config/routes");
    expect((json as { n: number }[]).map(({ n }) => n)).toEqual([0, 1, 99, 3]);
  });

  it("gives up when the object is gone by the time its turn comes", async () => {
    admin = await startAdmin(routes);
    let first = true;
    admin.door.turn = async () => {
      if (!first) return;
      first = false;
      await admin.door.change({ path: [], source: "test", edit: () => ({ routes: [] }) });
    };
    expect((await admin.ask("DELETE", "/id/7")).status).toBe(404);
  });
});

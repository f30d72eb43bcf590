import { afterEach, describe, expect, it } from "@jest/globals";
import { type Adapter, ConfigError } from "../../src/document/index.js";
import { startAdmin, type TestAdmin } from "../support/admin.js";

let admin: TestAdmin;
afterEach(() => admin.close());

const load = (text: string, type?: string, path = "/load") =>
  admin.ask("POST", path, { text, ...(type === undefined ? {} : { type }) });

describe("POST /load", () => {
  it.each([
    ['{"a":1}', undefined],
    ['{"a":1}', "application/json"],
    ['\uFEFF{"a":1}', "text/json; charset=utf-8"],
    ["{a: 1, /* why */}", "application/json5"],
    ["a: 1 # why", "text/yaml"],
  ])("takes %j as %s", async (text, type) => {
    admin = await startAdmin({ old: true });
    expect(await load(text, type)).toMatchObject({ status: 200, text: "" });
    expect(admin.door.document).toEqual({ a: 1 });
  });

  it("answers the warnings of the adapter", async () => {
    admin = await startAdmin();
    const answer = await load("a: !odd 1", "text/yaml");
    expect(answer).toMatchObject({
      status: 200,
      headers: { "content-type": "application/json" },
      json: [{ line: 1, message: expect.stringContaining("!odd") }],
    });
  });

  it.each([
    ["", "application/json", { error: "the body is empty" }],
    [" \n", undefined, { error: "the body is empty" }],
    ['{\n "a": 1,\n "b": }', "application/json", { line: 3, column: 7 }],
    ['{"a": ', "application/json", { line: 1 }],
    ["{a: ]}", "application/json5", { line: 1, column: 5 }],
    ["a: [1\nb: 2", "text/yaml", { line: 2 }],
    [
      "a: 1",
      "text/caddyfile",
      { error: expect.stringMatching(/^unrecognized config adapter 'caddyfile' \(known: json, /) },
    ],
    ["a: 1", "yaml", { error: 'malformed Content-Type "yaml"' }],
  ])("refuses %j as %s and says where", async (text, type, json) => {
    admin = await startAdmin({ old: true });
    expect(await load(text, type)).toMatchObject({ status: 400, json });
    expect(admin.door.document).toEqual({ old: true });
  });

  it("lists everything that is wrong with the document, with paths and lines", async () => {
    admin = await startAdmin();
    admin.door.check = () => {
      throw new ConfigError([
        { path: ["apps", "x"], message: "is not known", hint: "http", place: { line: 2 } },
        { path: ["apps", "a/b"], message: "is wrong" },
      ]);
    };
    expect(await load("{}")).toMatchObject({
      status: 400,
      json: {
        error: "/apps/x: is not known (http)",
        path: "/apps/x",
        line: 2,
        errors: [
          { error: "/apps/x: is not known (http)", path: "/apps/x", line: 2 },
          { error: "/apps/a%2Fb: is wrong", path: "/apps/a%2Fb" },
        ],
      },
    });
  });

  it("hands the adapted text on, so that errors can name its lines", async () => {
    admin = await startAdmin();
    await load("a:\n  b: 1", "text/yaml");
    expect(admin.door.asked[0]?.adapted?.placeOf?.(["a", "b"])).toMatchObject({ line: 2 });
  });

  it("gives adapters what they may use", async () => {
    const env: Adapter = {
      name: "env",
      adapt: (text, options) => ({ document: options.env?.[text] ?? null, warnings: [] }),
    };
    admin = await startAdmin(null, { adapters: [env], adapting: { env: { NAME: "value" } } });
    await load("NAME", "text/env");
    expect(admin.door.document).toBe("value");
  });

  it("shows by ?dry_run what it would do", async () => {
    admin = await startAdmin({ a: 1 });
    const { status, json } = await load('{"a":2}', undefined, "/load?dry_run=true");
    expect([status, json]).toEqual([
      200,
      { changes: [{ op: "replace", path: "/a", value: 2 }], reprovision: ["/a"] },
    ]);
    expect(admin.door.document).toEqual({ a: 1 });
  });

  it("says nothing of our own faults to the client", async () => {
    admin = await startAdmin();
    admin.door.check = () => {
      throw new TypeError("secret detail");
    };
    const answer = await load("{}");
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain("secret");
  });
});

describe("POST /adapt", () => {
  it("answers the document and the warnings, and changes nothing", async () => {
    admin = await startAdmin({ old: true });
    expect((await load("{b: 1}", "text/json5", "/adapt")).json).toEqual({ result: { b: 1 } });
    const answer = await load("a: !odd 1", "text/yaml", "/adapt");
    expect(answer.json).toEqual({
      warnings: [{ line: 1, message: expect.any(String) }],
      result: { a: "1" },
    });
    expect((await load('{"z":[]}', undefined, "/adapt")).json).toEqual({ result: { z: [] } });
    expect(admin.door.document).toEqual({ old: true });
  });
});

describe("POST /stop", () => {
  it("answers before it stops", async () => {
    admin = await startAdmin();
    expect(await admin.ask("POST", "/stop")).toMatchObject({ status: 200, text: "" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(admin.stops()).toBe(1);
  });

  it.each(["/stop", "/load", "/adapt"])("is %s by POST only", async (path) => {
    admin = await startAdmin();
    const answer = await admin.ask("GET", path);
    expect([answer.status, answer.headers.allow]).toEqual([405, "OPTIONS, POST"]);
    expect(admin.stops()).toBe(0);
  });
});

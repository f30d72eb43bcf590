import { describe, expect, it } from "@jest/globals";
import { error } from "../../../../src/apps/http/handlers/error.js";
import { headers } from "../../../../src/apps/http/handlers/headers.js";
import { rewrite } from "../../../../src/apps/http/handlers/rewrite.js";
import { staticResponse } from "../../../../src/apps/http/handlers/static-response.js";
import { vars } from "../../../../src/apps/http/handlers/vars.js";
import { type Json, printPath } from "../../../../src/document/index.js";
import { Checker } from "../../../../src/schema/index.js";

const checker = new Checker();

/** The paths of what is wrong with a node. */
function wrong({ schema }: { readonly schema: object }, node: Json): readonly string[] {
  const check = checker.of(schema);
  return check.issues(check.prepare(node)).map((issue) => printPath(issue.path));
}

describe("the schema of a handler", () => {
  it.each<[{ readonly schema: object }, Json]>([
    [staticResponse, { status_code: 200, body: null, headers: { A: ["1"] } }],
    [headers, { response: { deferred: true, require: { headers: { A: null, B: [] } } } }],
    [rewrite, { uri: "/", query: { set: [{ key: "a", val: "b" }] } }],
    [vars, { a: { b: [1] }, "": "x" }],
    [error, { status_code: "404", error: "no" }],
  ])("takes %#: %j", (definition, node) => expect(wrong(definition, node)).toEqual([]));

  it.each<[{ readonly schema: object }, Json, string]>([
    [staticResponse, { bodyy: "x" }, "/bodyy"],
    [staticResponse, { headers: { "a\nb": 5 } }, "/headers/a\nb"],
    [headers, { response: { require: { status: [200] } } }, "/response/require/status"],
    [headers, { request: { replace: { A: [{ find: "x" }] } } }, "/request/replace/A/0/find"],
    [rewrite, { query: { set: [{ keyy: "a" }] } }, "/query/set/0/keyy"],
    [rewrite, { path_regexp: [{ find: "" }] }, "/path_regexp/0/find"],
    [error, { status_code: true }, "/status_code"],
  ])("refuses %#: %j", (definition, node, path) => {
    expect(wrong(definition, node)).toContain(path);
  });
});

import { describe, expect, it } from "@jest/globals";
import { HttpError } from "../../../../src/apps/http/exchange.js";
import { headers } from "../../../../src/apps/http/handlers/headers.js";
import { staticResponse } from "../../../../src/apps/http/handlers/static-response.js";
import type { HeaderOps } from "../../../../src/apps/http/header-ops.js";
import type { Static } from "../../../../src/schema/index.js";
import { alone } from "../../../support/alone.js";
import { ask, doing, telling } from "./serving.js";

type Ops = Static<typeof HeaderOps>;

/** The request's own fields, one in a line, after changes to them. */
async function requestAfter(request: Ops, sent: Record<string, string>) {
  const tell = telling((exchange) => {
    const lines = [...exchange.headers.entries()].map(([name, values]) => `${name}: ${values}`);
    return [`Host: ${exchange.hostport}`, ...lines.filter((line) => !/^Conn/.test(line))].join(
      "\n",
    );
  });
  const { body } = await ask([alone(headers, { request }), tell], { headers: sent });
  return body.split("\n");
}

/** The answer's fields that begin with X-, after changes to them. */
async function answerAfter(response: Ops, there: Record<string, string | string[]>) {
  const earlier = doing((exchange) => {
    for (const [name, value] of Object.entries(there)) exchange.response.headers.set(name, value);
  });
  const got = await ask([earlier, alone(headers, { response }), alone(staticResponse, {})]);
  return Object.fromEntries(Object.entries(got.headers).filter(([name]) => name.startsWith("x-")));
}

describe("headers, on the request", () => {
  it("adds, sets and deletes", async () => {
    const ops = {
      add: { "x-a": ["2", "{http.request.method}"] },
      set: { "X-B": ["new", "newer"] },
      delete: ["X-C", "{http.request.header.X-Victim}"],
    };
    const sent = { "X-A": "1", "X-B": "old", "X-C": "c", "X-D": "d", "X-Victim": "X-D" };
    const after = await requestAfter(ops, sent);
    expect(after).toEqual(["Host: example.com", "X-A: 1,2,GET", "X-B: new,newer", "X-Victim: X-D"]);
  });

  it.each([
    [["X-*"], ["Y-Id: 3"]],
    [["*-id"], ["X-Name: 2"]],
    [["*-n*"], ["X-Id: 1", "Y-Id: 3"]],
    [["*"], []],
    [["X-I"], ["X-Id: 1", "X-Name: 2", "Y-Id: 3"]],
  ])("deletes by wildcard %j", async (names, left) => {
    const after = await requestAfter(
      { delete: names },
      { "X-Id": "1", "X-Name": "2", "Y-Id": "3" },
    );
    expect(after.filter((line) => !line.startsWith("Host"))).toEqual(left);
  });

  it("deletes all before it adds anything", async () => {
    const after = await requestAfter({ delete: ["*"], set: { "X-New": ["1"] } }, { "X-Old": "1" });
    expect(after).toEqual(["Host: ", "X-New: 1"]);
  });

  it("changes the host through its field, which is not left among the others", async () => {
    expect(await requestAfter({ set: { host: ["other:{http.request.port}1"] } }, {})).toEqual([
      "Host: other:1",
    ]);
    const replace = { Host: [{ search: "example", replace: "sample" }] };
    expect(await requestAfter({ replace }, {})).toEqual(["Host: sample.com"]);
    expect(await requestAfter({ add: { Host: ["b"] } }, {})).toEqual(["Host: b"]);
  });

  it("tells others that the host changed, and only then", async () => {
    const version = telling((exchange) => String(exchange.version));
    const same = alone(headers, { request: { set: { Host: ["example.com"], "X-A": ["1"] } } });
    const other = alone(headers, { request: { set: { Host: ["a"] } } });
    expect(await ask([same, version])).toMatchObject({ body: "0" });
    expect(await ask([other, version])).toMatchObject({ body: "1" });
  });
});

describe("headers, on the answer", () => {
  it("replaces text and patterns in the values of one field or all", async () => {
    const replace = {
      "x-a": [{ search: "{http.request.method}", replace: "got" }],
      "X-B": [{ search_regexp: "(?P<word>\\w+)-(\\d+)", replace: "$2:$word$$$none." }],
      "*": [{ search: "z", replace: "Z" }],
    };
    const there = { "X-A": ["GET GET", "z"], "X-B": "a-1 b-22", "X-C": "zz" };
    expect(await answerAfter({ replace }, there)).toEqual({
      "x-a": "got got, Z",
      "x-b": "1:a$. 22:b$.",
      "x-c": "ZZ",
    });
  });

  it("lets a request name the pattern, and takes no match for one that is none", async () => {
    const handler = alone(headers, {
      response: {
        replace: { "X-A": [{ search_regexp: "{http.request.uri.query.p}", replace: "." }] },
      },
    });
    const there = doing(({ response }) => response.headers.set("X-A", "a1"));
    const answer = async (path: string) =>
      (await ask([there, handler, alone(staticResponse, {})], { path })).headers["x-a"];
    expect(await answer("/?p=%5Cd")).toBe("a.");
    expect(await answer("/?p=[a")).toBe("a1");
    expect(await answer("/?p=a")).toBe(".1");
  });

  it("keeps quantifiers and escaped braces of a pattern", async () => {
    const replace = { "X-A": [{ search_regexp: "a{2}\\{", replace: "b" }] };
    expect(await answerAfter({ replace }, { "X-A": "aaa{" })).toEqual({ "x-a": "ab" });
  });

  it("is not slowed down by a pattern that backtracks elsewhere", async () => {
    const replace = { "X-A": [{ search_regexp: "(a+)+$", replace: "" }] };
    const value = `${"a".repeat(5000)}b`;
    expect(await answerAfter({ replace }, { "X-A": value })).toEqual({ "x-a": value });
  });

  it("never lets a line break through", async () => {
    const ops = {
      add: { "X-A": ["1\r\nX-Evil: 1"], "{http.request.uri.query.x}\r\nX-Evil": ["1"] },
      set: { "X-B": ["1\n2", "3"] },
      replace: { "X-C": [{ search: "c", replace: "\r\nX-Evil: 1" }] },
    };
    expect(await answerAfter(ops, { "X-C": "abc" })).toEqual({
      "x-a": "1  X-Evil: 1",
      "x-b": "1 2,3",
      "x-c": "ab  X-Evil: 1",
    });
  });

  it("changes what the next handler set only if it is deferred", async () => {
    const answer = alone(staticResponse, { headers: { "X-A": ["theirs"] } });
    const set = { "X-A": ["ours"] };
    const now = await ask([alone(headers, { response: { set } }), answer]);
    const deferred = await ask([alone(headers, { response: { set, deferred: true } }), answer]);
    expect([now.headers["x-a"], deferred.headers["x-a"]]).toEqual(["theirs", "ours"]);
  });

  it.each([
    [{ status_code: [404] }, true],
    [{ status_code: [5, 4] }, true],
    [{ status_code: [200, 5] }, false],
    [{ headers: { "x-kind": ["a*", "*z"] } }, true],
    [{ headers: { "x-kind": ["*bc*"] } }, true],
    [{ headers: { "x-kind": ["b*"] } }, false],
    [{ headers: { "x-kind": [] } }, true],
    [{ headers: { "x-kind": null } }, false],
    [{ headers: { "x-none": null } }, true],
    [{ headers: { "x-none": [] } }, false],
    [{ headers: { "x-none": ["*"] } }, false],
    [{ status_code: [404], headers: { "X-Kind": ["abcd"], "X-None": ["x"] } }, false],
  ])("requires %j: %s", async (require, meant) => {
    const handler = alone(headers, { response: { set: { "X-Set": ["1"] }, require } });
    const answer = alone(staticResponse, { status_code: 404, headers: { "X-Kind": ["abcd"] } });
    const got = await ask([handler, answer]);
    expect("x-set" in got.headers).toBe(meant);
  });

  it("leaves the answer to an error alone, if it is deferred", async () => {
    const deferred = alone(headers, { response: { set: { "X-A": ["1"] }, deferred: true } });
    const failing = doing(() => {
      throw new HttpError(503);
    });
    const failingLater = { handle: () => Promise.reject(new HttpError(503)) };
    for (const chain of [
      [deferred, failing],
      [deferred, failingLater],
    ]) {
      const got = await ask(chain);
      expect(got.status).toBe(503);
      expect(got.headers).not.toHaveProperty("x-a");
    }
  });
});

describe("headers, at load", () => {
  it.each<[Ops, string]>([
    [{ set: { "a b": ["1"] } }, "/request/set/a b"],
    [{ add: { "": ["1"] } }, "/request/add/"],
    [{ replace: { A: [{ search_regexp: "(" }] } }, "/request/replace/A/0/search_regexp"],
    [{ replace: { A: [{ search: "a", search_regexp: "a" }] } }, "/request/replace/A/0"],
  ])("refuses %j and says where", (request, where) => {
    expect(() => alone(headers, { request })).toThrow(where);
  });
});

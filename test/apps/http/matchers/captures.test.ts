import { describe, expect, it } from "@jest/globals";
import {
  headerRegexp,
  pathRegexp,
  vars,
  varsRegexp,
} from "../../../../src/apps/http/matchers/index.js";
import { alone } from "../../../support/alone.js";
import { asking } from "./asking.js";

describe("the path_regexp matcher", () => {
  it("shows what it captured, by number and by name, with its own name and without", () => {
    const matcher = alone(pathRegexp, { name: "post", pattern: "^/(\\d+)/(?P<slug>[a-z]+)(x)?" });
    const exchange = asking({ url: "/12/hello" });
    expect(matcher.match(exchange)).toBe(true);
    expect(Object.fromEntries(exchange.placeholders)).toEqual({
      "http.regexp.post.0": "/12/hello",
      "http.regexp.post.1": "12",
      "http.regexp.post.2": "hello",
      "http.regexp.post.3": "",
      "http.regexp.post.slug": "hello",
      "http.regexp.0": "/12/hello",
      "http.regexp.1": "12",
      "http.regexp.2": "hello",
      "http.regexp.3": "",
      "http.regexp.slug": "hello",
    });
  });

  it("leaves nothing behind when it does not match", () => {
    const exchange = asking({ url: "/b" });
    expect(alone(pathRegexp, { pattern: "a" }).match(exchange)).toBe(false);
    expect(exchange.placeholders.size).toBe(0);
  });

  it("sees the decoded path, cleaned, in its own case", () => {
    const matcher = alone(pathRegexp, { pattern: "^/Admin/" });
    expect(matcher.match(asking({ url: "/x/..//Adm%69n//y" }))).toBe(true);
    expect(matcher.match(asking({ url: "/admin/" }))).toBe(false);
  });

  it("refuses an expression that is none, and one that RE2 has no time for", () => {
    for (const pattern of ["a(", "(?=a)", "(a)\\1", "((a{100}){100}){100}"]) {
      expect(() => alone(pathRegexp, { pattern })).toThrow("/pattern: error parsing regexp");
    }
  });

  it("answers an evil path like any other", () => {
    const matcher = alone(pathRegexp, { pattern: "^/(a+)+$" });
    expect(matcher.match(asking({ url: `/${"a".repeat(5000)}!` }))).toBe(false);
  });
});

describe("the header_regexp matcher", () => {
  const headers = ["X-Id", "one", "X-Id", "id-7"];

  it("wants one value of every field, and shows what it captured", () => {
    const matcher = alone(headerRegexp, {
      "x-id": { name: "id", pattern: "^id-(\\d)" },
      host: { pattern: "^a\\." },
    });
    const exchange = asking({ headers });
    expect(matcher.match(exchange)).toBe(true);
    expect(exchange.placeholders.get("http.regexp.id.1")).toBe("7");
  });

  it("fails on a field that is not there", () => {
    const matcher = alone(headerRegexp, { "X-Id": { pattern: "" }, Other: { pattern: "" } });
    expect(matcher.match(asking({ headers }))).toBe(false);
  });
});

describe("the vars matcher", () => {
  it("compares variables and placeholders, one of which is enough", () => {
    const exchange = asking({ method: "PUT" });
    exchange.vars.set("n", 3);
    expect(alone(vars, { n: ["2", "3"] }).match(exchange)).toBe(true);
    expect(alone(vars, { "{http.request.method}": ["PUT"], n: ["9"] }).match(exchange)).toBe(true);
    expect(alone(vars, { n: ["9"] }).match(exchange)).toBe(false);
    expect(alone(vars, { missing: [""] }).match(exchange)).toBe(true);
    expect(alone(vars, {}).match(exchange)).toBe(true);
  });

  it("fills what it wants, but never what it found", () => {
    const exchange = asking({ method: "PUT" });
    exchange.vars.set("a", "{http.request.method}").set("b", "PUT");
    expect(alone(vars, { b: ["{http.request.method}"] }).match(exchange)).toBe(true);
    expect(alone(vars, { a: ["PUT"] }).match(exchange)).toBe(false);
  });
});

describe("the vars_regexp matcher", () => {
  it("matches and captures", () => {
    const exchange = asking({ url: "/?q=v12" });
    const key = "{http.request.uri.query.q}";
    const matcher = alone(varsRegexp, { [key]: { name: "v", pattern: "^v(\\d+)$" } });
    expect(matcher.match(exchange)).toBe(true);
    expect(exchange.placeholders.get("http.regexp.v.1")).toBe("12");
    expect(alone(varsRegexp, {}).match(exchange)).toBe(false);
  });
});

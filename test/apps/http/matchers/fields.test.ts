import { describe, expect, it } from "@jest/globals";
import { header, method, protocol, query } from "../../../../src/apps/http/matchers/index.js";
import { alone } from "../../../support/alone.js";
import { type Asked, asking } from "./asking.js";

describe("the method matcher", () => {
  it("takes methods in any case", () => {
    const matcher = alone(method, ["get", "POST"]);
    expect(matcher.match(asking({ method: "POST" }))).toBe(true);
    expect(matcher.match(asking({ method: "PUT" }))).toBe(false);
  });
});

describe("the header matcher", () => {
  const headers = ["X-Id", "one", "X-Id", "two three", "Empty", "", "X-Name", "caf\xc3\xa9"];
  const matches = (config: Record<string, string[] | null>) =>
    alone(header, config).match(asking({ headers, host: "a.example:80" }));

  it.each([["one"], ["two*"], ["*three"], ["*o t*"], ["*"]])(
    "finds %s among the values of a field",
    (wanted) => {
      expect(matches({ "x-ID": ["nothing", wanted] })).toBe(true);
    },
  );

  it.each(["on", "One", "three*", "*two", "*four*", ""])("does not find %s", (wanted) => {
    expect(matches({ "X-Id": [wanted] })).toBe(false);
  });

  it("takes an empty list for any value, and null for no such field", () => {
    expect(matches({ "X-Id": [] })).toBe(true);
    expect(matches({ Empty: [] })).toBe(true);
    expect(matches({ Other: [] })).toBe(false);
    expect(matches({ Other: null })).toBe(true);
    expect(matches({ "X-Id": null })).toBe(false);
  });

  it("wants all fields", () => {
    expect(matches({ "X-Id": ["one"], Empty: [""] })).toBe(true);
    expect(matches({ "X-Id": ["one"], Other: ["x"] })).toBe(false);
    expect(matches({})).toBe(true);
  });

  it("sees Host with its port", () => {
    expect(matches({ Host: ["a.example:80"] })).toBe(true);
    expect(matches({ host: null })).toBe(false);
  });

  it("reads values as UTF-8", () => {
    expect(matches({ "X-Name": ["café"] })).toBe(true);
  });

  it("fills what it wants from the request", () => {
    expect(matches({ Host: ["{http.request.host}*"] })).toBe(true);
    expect(matches({ "X-Id": ["{http.request.host}*"] })).toBe(false);
  });

  it("takes names that mean something to JavaScript for names", () => {
    const config = JSON.parse('{"__proto__": ["x"]}') as Record<string, string[]>;
    expect(matches(config)).toBe(false);
    expect(matches({ constructor: null as unknown as string[] })).toBe(true);
  });
});

describe("the query matcher", () => {
  const matches = (config: Record<string, string[]>, search: string) =>
    alone(query, config).match(asking({ url: `/${search}` }));

  it("wants one of the values for every parameter", () => {
    const config = { a: ["1", "2"], b: ["*"] };
    expect(matches(config, "?a=0&a=2&b=")).toBe(true);
    expect(matches(config, "?a=3&b=x")).toBe(false);
    expect(matches(config, "?a=1")).toBe(false);
    expect(matches({ a: [] }, "?a=1")).toBe(false);
  });

  it("compares decoded texts", () => {
    expect(matches({ "a b": ["ü"] }, "?a+b=%C3%BC")).toBe(true);
  });

  it("matches an empty query when it names nothing", () => {
    expect(matches({}, "")).toBe(true);
    expect(matches({}, "?")).toBe(true);
    expect(matches({}, "?a")).toBe(false);
  });

  it.each(["?a=1;b=2", "?a=1&b=%zz", "?a=1&%"])("matches nothing in %s", (search) => {
    expect(matches({ a: ["*"] }, search)).toBe(false);
  });

  it("fills names and values from the request", () => {
    expect(matches({ "{http.request.host}": ["{http.request.method}"] }, "?a.example=GET")).toBe(
      true,
    );
  });
});

describe("the protocol matcher", () => {
  const grpc = ["Content-Type", "application/grpc+proto"];
  it.each<[Parameters<typeof protocol.provision>[0], Asked, boolean]>([
    ["http", {}, true],
    ["http", { tls: true }, false],
    ["https", { tls: true }, true],
    ["grpc", {}, false],
    ["grpc", { headers: grpc }, true],
    ["http/1.0", { version: "1.0" }, true],
    ["http/1.0", {}, false],
    ["http/1.0+", {}, true],
    ["http/1.1", { version: "2.0" }, false],
    ["http/1.1+", { version: "2.0" }, true],
    ["http/2", { version: "2.0" }, true],
    ["http/2+", {}, false],
    ["http/3", { version: "2.0" }, false],
  ])("%s on %j: %s", (name, asked, expected) => {
    expect(alone(protocol, name).match(asking(asked))).toBe(expected);
  });
});

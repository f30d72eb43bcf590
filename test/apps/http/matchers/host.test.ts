import { describe, expect, it } from "@jest/globals";
import { host } from "../../../../src/apps/http/matchers/index.js";
import { alone } from "../../../support/alone.js";
import { asking } from "./asking.js";

function matches(patterns: string | string[], name: string): boolean {
  return alone(host, [patterns].flat()).match(asking({ host: name }));
}

describe("a host pattern", () => {
  it.each([
    ["a.example", "a.example", true],
    ["A.Example", "a.EXAMPLE:8080", true],
    ["a.example", "b.a.example", false],
    ["*.example.com", "foo.example.com", true],
    ["*.example.com", "foo.bar.example.com", false],
    ["*.example.com", "example.com", false],
    ["*", "localhost", true],
    ["*", "example.com", false],
    ["foo.*.com", "foo.bar.com", true],
    ["*.*.com", "foo.bar.com", true],
    ["f*.com", "foo.com", false],
    ["::1", "[::1]:80", true],
    ["münchen.example", "xn--mnchen-3ya.example", true],
    ["*.münchen.example", "a.xn--mnchen-3ya.example", true],
    ["1.2.3.4", "1.2.3.4:80", true],
  ])("%s on %s: %s", (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  it("is filled from the request, wildcards included", () => {
    const matcher = alone(host, ["{http.vars.Site}.example", "{http.vars.wild}"]);
    const exchange = asking({ host: "A.example" });
    expect(matcher.match(exchange)).toBe(false);
    exchange.vars.set("Site", "a");
    expect(matcher.match(exchange)).toBe(true);
    exchange.vars.set("Site", "b").set("wild", "*.Example");
    expect(matcher.match(exchange)).toBe(true);
    expect(matcher.index).toEqual({});
  });

  it("may stand in the environment", () => {
    const matcher = alone(host, ["{env.SITE}"], { env: { SITE: "a.example" } });
    expect(matcher.match(asking({ host: "a.example" }))).toBe(true);
  });
});

describe("a list of hosts", () => {
  it("may be long", () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `site${i}.example`);
    expect(matches([...names, "*.other.example"], "site9999.example")).toBe(true);
    expect(matches([...names, "*.other.example"], "x.other.example")).toBe(true);
    expect(matches(names, "site10000.example")).toBe(false);
  });

  it("is refused when a name stands twice", () => {
    expect(() => alone(host, ["a.example", "b", "A.example"])).toThrow(
      '/2: "A.example" is at index 0 already',
    );
  });

  it("is told to the index when all of it can be looked up", () => {
    expect(alone(host, ["A.example", "*.b.example"]).index).toEqual({
      hosts: ["a.example", "*.b.example"],
    });
    expect(alone(host, []).index).toEqual({ hosts: [] });
    expect(alone(host, ["a.example", "a.*.example"]).index).toEqual({});
    expect(alone(host, ["*"]).index).toEqual({});
  });
});

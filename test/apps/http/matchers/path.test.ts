import { describe, expect, it } from "@jest/globals";
import { path } from "../../../../src/apps/http/matchers/index.js";
import { alone } from "../../../support/alone.js";
import { asking } from "./asking.js";

function matches(pattern: string, url: string): boolean {
  return alone(path, [pattern]).match(asking({ url }));
}

describe("a path pattern", () => {
  it.each([
    ["/foo", "/foo", true],
    ["/foo", "/FOO?x=1", true],
    ["/FOO", "/foo", true],
    ["/foo", "/foo/", false],
    ["/foo", "/foobar", false],
    ["/foo*", "/foobar/x", true],
    ["/foo/*", "/foo/", true],
    ["/foo/*", "/foo", false],
    ["*.php", "/a/b.PHP", true],
    ["*.php", "/a/b.php/c", false],
    ["*/admin/*", "/x/admin/y", true],
    ["/a/*/c", "/a/b/c", true],
    ["/a/*/c", "/a/b/b/c", false],
    ["/a/*/c/*", "/a/b/c/d", true],
    ["*", "/anything", true],
    ["", "/", false],
    ["/a?c", "/abc", true],
    ["/a?c", "/a%3Fc", true],
    ["/a[", "/a[", false],
    ["/[a]*", "/[a]b", true],
  ])("%s on %s: %s", (pattern, url, expected) => {
    expect(matches(pattern, url)).toBe(expected);
  });

  it.each(["/admin/x", "//admin//x", "/y/../admin/x", "/%61dmin/x", "/./admin/x", "/admin%2Fx"])(
    "guards a folder against the spelling %s",
    (url) => {
      expect(matches("/admin/*", url)).toBe(true);
    },
  );

  it("leaves a folder that the path climbs out of", () => {
    expect(matches("/public/*", "/public/../admin")).toBe(false);
    expect(matches("/public/*", "/public/%2e%2e/admin")).toBe(false);
  });

  it("sees doubled slashes when it has some itself", () => {
    expect(matches("/a//b", "/a//b")).toBe(true);
    expect(matches("/a//b", "/a/b")).toBe(false);
    expect(matches("/a//*", "/a/b")).toBe(false);
    expect(matches("/a/b", "/a//b")).toBe(true);
  });

  it("compares escapes as they came where it has a percent sign", () => {
    expect(matches("/a%2Fb", "/a%2fb")).toBe(true);
    expect(matches("/a%2Fb", "/a/b")).toBe(false);
    expect(matches("/a%2F*", "/x/../a%2fb")).toBe(true);
  });

  it("sees an escape where a character came plain that has to be escaped", () => {
    expect(matches("/a%5Cb", "/a\\b")).toBe(true);
    expect(matches("/a%7Cb", "/a|b")).toBe(true);
    expect(matches("/a%2Cb", "/a,b")).toBe(false);
  });

  it("guards bytes that are no UTF-8 against whoever adds one", () => {
    expect(matches("/a%2F*", "/a%2f%ff")).toBe(true);
    expect(matches("/a%2F*", "/a%2f\xff")).toBe(true);
    expect(matches("/a/%*", "/a/%ff")).toBe(true);
  });

  it("is filled from the request before it is compared", () => {
    const matcher = alone(path, ["/{http.vars.Dir}/*", "/{nothing}x"]);
    const exchange = asking({ url: "/home/a" });
    expect(matcher.match(exchange)).toBe(false);
    exchange.vars.set("Dir", "Home");
    expect(matcher.match(exchange)).toBe(true);
    expect(matcher.match(asking({ url: "/x" }))).toBe(true);
  });

  it("follows a rewrite", () => {
    const matcher = alone(path, ["/new"]);
    const exchange = asking({ url: "/old" });
    exchange.target = { path: "/new", rawPath: "/new", query: "" };
    expect(matcher.match(exchange)).toBe(true);
  });
});

describe("an empty list of path patterns", () => {
  it("matches nothing, and says so to the index", () => {
    const matcher = alone(path, []);
    expect(matcher.match(asking())).toBe(false);
    expect(matcher.index).toEqual({ paths: [], prefixes: [] });
  });
});

describe("what a path matcher tells the index", () => {
  it("is its names and prefixes in lower case, when it has nothing else", () => {
    expect(alone(path, ["/A", "/b/*"]).index).toEqual({ paths: ["/a"], prefixes: ["/b/"] });
  });

  it.each(["*", "*.php", "/a/*/b", "/a%20", "/a//b", "/{http.vars.x}", "/a?", "*a*"])(
    "is nothing for %s",
    (pattern) => {
      expect(alone(path, ["/a", pattern]).index).toEqual({});
    },
  );
});

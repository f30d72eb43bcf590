import { describe, expect, it } from "@jest/globals";
import { asking } from "../asking.js";
import { compiled, holds } from "./compiling.js";

const nested = (open: string, inner: string, close: string, times: number) =>
  open.repeat(times) + inner + close.repeat(times);

describe("an expression that somebody made to do harm", () => {
  it.each([
    ["brackets", nested("(", "true", ")", 40_000)],
    ["lists", `${nested("[", "1", "]", 400)} == 1`],
    ["maps", `${nested("{1:", "1", "}", 400)} == 1`],
    ["calls", nested("dyn(", "true", ")", 400)],
    ["conditions", `${"true ? true : ".repeat(5000)}true`],
    ["sums", `${"1 + ".repeat(20_000)}1 == 1`],
    ["selections", `{http.vars.x}${".a".repeat(20_000)} == 1`],
    ["indexes", `{http.vars.x}${"[0]".repeat(20_000)} == 1`],
    ["loops", `${nested("[1].all(x, ", "true", ")", 200)}`],
  ])("is refused for too many %s", (_, text) => {
    expect(() => compiled(text)).toThrow("is nested");
  });

  it("is refused when it is too long", () => {
    expect(() => compiled(`true // ${"x".repeat(100_000)}`)).toThrow("is longer than 100000");
  });

  it("may have brackets and question marks in its texts", () => {
    const text = `'${"((?".repeat(200)}' == 'a' || r"\\" == "\\\\"`;
    expect(holds(text)).toBe(true);
  });

  it("may have many alternatives", () => {
    const hosts = Array.from({ length: 500 }, (_, i) => `h${i}.example`);
    const text = hosts.map((host) => `({http.request.host} == '${host}')`).join(" || ");
    expect(holds(text, { host: "h499.example" })).toBe(true);
  });

  it("has no names but its own", () => {
    for (const name of ["constructor", "__proto__", "toString", "@0", "this"]) {
      expect(() => compiled(`${name} == 1`)).toThrow();
      expect(() => compiled(`${name}() == 1`)).toThrow();
    }
  });
});

describe("a request that somebody made to do harm", () => {
  const evil = `/?q=${"a".repeat(8000)}!`;

  it("meets patterns that run in linear time, also its own", () => {
    expect(holds("{http.request.uri.query.q}.matches('^(a+)+$')", { url: evil })).toBe(false);
    const own = "{http.request.uri.query.q}.matches({http.request.uri.query.p})";
    expect(holds(own, { url: `${evil}&p=${encodeURIComponent("^(a+)+$")}` })).toBe(false);
    expect(() => holds(own, { url: "/?q=a&p=(" })).toThrow("error parsing regexp");
  });

  it("cannot bring lists that loops never end with", () => {
    const all = "{http.request.uri.query.q}.split('')";
    const text = `${all}.all(x, ${all}.all(y, x != 'z'))`;
    expect(() => holds(text, { url: evil })).toThrow("loops take more than 10000 steps");
    expect(holds(`${all}.filter(x, x == 'a').size() == 8000`, { url: evil })).toBe(true);
  });

  it("has as many steps as the one before", () => {
    const matcher = compiled("{http.request.uri.query.q}.split('').all(x, x != 'z')");
    for (let i = 0; i < 3; i++) expect(matcher.match(asking({ url: evil }))).toBe(true);
  });

  it("has its placeholders left as text", () => {
    const url = "/?q=%7Bhttp.request.method%7D";
    expect(holds("{http.request.uri.query.q} == 'GET'", { url })).toBe(false);
    expect(
      holds("path('/' + {http.request.header.X-A})", {
        url: "/GET",
        headers: ["X-A", "{http.request.method}"],
      }),
    ).toBe(false);
  });
});

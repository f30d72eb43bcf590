import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { HttpError } from "../../../../../src/apps/http/http-error.js";
import { compilePlain, readPlain } from "../../../../../src/apps/http/matchers/expression/plain.js";
import { asking } from "../asking.js";
import { compiled, context } from "./compiling.js";

const failedWith = (status: number) => {
  const exchange = asking();
  exchange.error = new HttpError(status);
  return exchange;
};

/** What an expression says when it is read without the library. */
function plainly(text: string, exchange = asking()): boolean | string {
  const read = readPlain(text);
  if (read === undefined) throw new Error(`not plain: ${text}`);
  return compilePlain(read, context)(exchange);
}

describe("an expression of comparisons", () => {
  it.each([
    ["{http.error.status_code} in [404]", [404], [400, 500]],
    ["{http.error.status_code} in [404, 410]", [404, 410], [403]],
    ["{http.error.status_code} >= 500 && {http.error.status_code} <= 599", [500, 599], [499]],
    [
      "{http.error.status_code} >= 400 && {http.error.status_code} <= 499 || {http.error.status_code} in [503]",
      [400, 499, 503],
      [500, 502],
    ],
  ])("tells which errors are meant by %s", (text, meant, others) => {
    for (const status of meant) expect(plainly(text, failedWith(status))).toBe(true);
    for (const status of others) expect(plainly(text, failedWith(status))).toBe(false);
  });

  it("keeps texts and numbers apart", () => {
    expect(plainly('{http.error.status_code} == "404"', failedWith(404))).toBe(false);
    expect(plainly("{http.request.method} != 5")).toBe(true);
    expect(plainly("{http.request.port} == 81", asking({ host: "a:81" }))).toBe(true);
    expect(plainly('{http.request.port} == ""')).toBe(true);
  });

  it("cannot say which is more, a text or a number, or nothing at all", () => {
    expect(plainly("{http.request.method} > 5")).toContain("is string, not a number");
    expect(plainly("{http.error.status_code} >= 500")).toContain("is null, not a number");
  });

  it("is left to the library when there is more to it", () => {
    for (const text of [
      "",
      "true",
      '!{a.b} == "x"',
      '({a.b} == "x")',
      '{a.b} == "\\n"',
      '{a.b} == "{c.d}"',
      '{a.b} == """x"""',
      '{a.b} == r"x"',
      '{a.b} == "x" &&',
      "{a.b} in []",
      "{a.b} in [1 2]",
      "{a.b} == 1.5",
      "{a.b} == 1u",
      "{a.b} == 0x1F",
      "{http.vars.x} == 1",
      "{http.request.duration_ms} > 5",
      "5 < {a.b}",
    ]) {
      expect([text, readPlain(text)]).toEqual([text, undefined]);
    }
  });

  const name = fc.constantFrom(
    "http.request.method",
    "http.error.status_code",
    "a.b",
    "http.request.port",
  );
  const literal = fc.constantFrom('"GET"', "'404'", "404", "-1", '"a b"', "80");
  const operator = fc.constantFrom("==", "!=", "<", "<=", ">", ">=");
  const comparison = fc.oneof(
    fc.tuple(name, operator, literal).map(([of, how, to]) => `{${of}} ${how} ${to}`),
    fc
      .tuple(name, fc.array(literal, { minLength: 1, maxLength: 3 }))
      .map(([of, some]) => `{${of}} in [${some.join(",")}]`),
  );
  const joined = fc
    .tuple(
      comparison,
      fc.array(fc.tuple(fc.constantFrom("&&", "||"), comparison), { maxLength: 4 }),
    )
    .map(([first, rest]) => [first, ...rest.flat()].join(" "));

  it("means what the library makes of it", () => {
    fc.assert(
      fc.property(joined, fc.boolean(), (text, failed) => {
        const exchange = failed ? failedWith(404) : asking({ host: "a:80" });
        const plain = plainly(text, exchange);
        // In brackets it is read by the library.
        const matcher = compiled(`(${text})`);
        if (typeof plain === "string") expect(() => matcher.match(exchange)).toThrow(HttpError);
        else expect(matcher.match(exchange)).toBe(plain);
      }),
    );
  });
});

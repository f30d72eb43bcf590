// Request targets: taken apart, and put together again as they came.

import { describe, expect, it } from "@jest/globals";
import {
  authorityOf,
  parseQuery,
  parseTarget,
  printTarget,
} from "../../../src/apps/http/target.js";

describe("a target", () => {
  it.each([
    ["/", "/", ""],
    ["/a%20b?q=1", "/a b", "q=1"],
    ["/a%2Fb", "/a/b", ""],
    ["/a?b?c", "/a", "b?c"],
    ["/a?", "/a", ""],
    ["/caf%C3%A9", "/café", ""],
    ["/%ff", "/\udcff", ""],
    ["/%C3%A9%c3%2F%e9", "/\u00e9\udcc3/\udce9", ""],
    ["/%ED%A0%80%C0%AF", "/\udced\udca0\udc80\udcc0\udcaf", ""],
    ["/%F0%9F%98%80%F0%9F", "/\u{1f600}\udcf0\udc9f", ""],
    ["*", "*", ""],
  ])("%s is taken apart and printed as it came", (url, path, query) => {
    expect(parseTarget(url)).toMatchObject({ path, query });
    expect(printTarget(parseTarget(url))).toBe(url);
  });

  it.each([
    ["/a|b{c}?x|y", "/a%7Cb%7Bc%7D?x|y"],
    ['/a"<b>', "/a%22%3Cb%3E"],
    ["/a%2Fb|", "/a/b%7C"],
    ["/%5B[x]'!$&(", "/%5B[x]'!$&("],
  ])("%s that should have been escaped is printed as %s, as Go does", (url, printed) => {
    expect(printTarget(parseTarget(url))).toBe(printed);
  });

  it("has bytes beyond ASCII escaped", () => {
    const target = parseTarget("/caf\xc3\xa9\xe9%2F?\xe9");
    expect(target.path).toBe("/caf\u00e9\udce9/");
    expect(printTarget(target)).toBe("/caf%C3%A9%E9%2F?%E9");
  });

  it.each([
    ["http://a.test/p?q", "/p?q"],
    ["http://a.test", "/"],
    ["http://a.test?q", "/?q"],
  ])("in absolute form, %s, is the same as %s", (url, origin) => {
    expect(printTarget(parseTarget(url))).toBe(origin);
  });

  it.each([
    ["http://a.test/p", "a.test"],
    ["HTTPS://a.test:80?q", "a.test:80"],
    ["http://me:pass@a.test/@b", "a.test"],
    ["http:///p", ""],
    ["/p://b.test/", ""],
    ["*", ""],
  ])("%s names the host %j", (url, authority) => {
    expect(authorityOf(url)).toBe(authority);
  });

  it.each(["a", "/%zz", "/%4"])("%s is refused", (url) => {
    expect(() => parseTarget(url)).toThrow(/path/);
  });
});

describe("a query", () => {
  it.each([
    ["q=1&q=2&r=", "q", ["1", "2"]],
    ["q", "q", [""]],
    ["q=a+b%20c", "q", ["a b c"]],
    ["?q=1", "?q", ["1"]],
    ["q=%zz&q=2", "q", ["2"]],
    ["q=1;r=2&q=3", "q", ["3"]],
    ["q=%e9%C3%A9&&q==+", "q", ["\udce9\u00e9", "= "]],
    ["__proto__=1", "__proto__", ["1"]],
  ])("%s has for %s: %j, without what some read otherwise", (query, name, values) => {
    expect(parseQuery(query).get(name)).toEqual(values);
  });
});

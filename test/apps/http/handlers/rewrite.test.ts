import { describe, expect, it } from "@jest/globals";
import { rewrite } from "../../../../src/apps/http/handlers/rewrite.js";
import { alone, loneContext } from "../../../support/alone.js";
import { type Asked, ask, doing, telling } from "./serving.js";

type Config = Parameters<typeof rewrite.provision>[0];

const tell = telling(({ method, uri, path }) => `${method} ${uri} ${path}`);

/** The URI that later handlers see. */
async function rewritten(config: Config, path: string, asked: Asked = {}) {
  const { body } = await ask([alone(rewrite, config), tell], { ...asked, path });
  return body.split(" ")[1];
}

describe("rewrite, to a uri", () => {
  it.each([
    ["/foo", "/bar?a=b", "/foo?a=b"],
    ["foo", "/", "/foo"],
    ["{http.request.uri}", "/bar%3Fbaz?c=d", "/bar%3Fbaz?c=d"],
    ["{http.request.uri.path}", "/bar%3Fbaz", "/bar%3Fbaz"],
    ["/foo{http.request.uri.path}", "/bar", "/foo/bar"],
    ["/index.php?p={http.request.uri.path}", "/foo/bar", "/index.php?p=%2Ffoo%2Fbar"],
    ["?a=b&{http.request.uri.query}", "/", "/?a=b"],
    ["/?c=d", "/foo?a=b", "/?c=d"],
    ["?c=d", "/foo", "/foo?c=d"],
    ["/foo?{http.request.uri.query}&c=d", "/", "/foo?c=d"],
    ["{http.request.uri.path}?{http.request.uri.query}&c=d", "/foo", "/foo?c=d"],
    [
      "/index.php?{http.request.uri.query}&p={http.request.uri.path}",
      "/f?a=b",
      "/index.php?a=b&p=%2Ff",
    ],
    ["{http.request.uri.path}?", "/foo/bar?a=b&c=d", "/foo/bar"],
    ["?qs={http.request.uri.query}", "/foo?a=b&c=d", "/foo?qs=a%3Db%26c%3Dd"],
    ["/foo?{http.request.uri.query}#frag", "/foo/bar?a=b", "/foo?a=b"],
    ["/foo{http.request.uri}", "/bar?a=b", "/foo/bar?a=b"],
    ["/foo{http.request.uri}?c=d", "/bar?a=b", "/foo/bar?c=d"],
    ["/foo{http.request.uri}?", "/bar?a=b&&c", "/foo/bar?a=b&c"],
    ["/i{http.request.uri}", "/%C2%B7%E2%88%B5.png?a=b", "/i/%C2%B7%E2%88%B5.png?a=b"],
    ["/bar#?", "/foo", "/bar"],
    ["/api/admin/panel", "/api/admin%2Fpanel", "/api/admin/panel"],
    ["/100%", "/", "/100%25"],
    ["/a b\u0001", "/", "/a%20b%01"],
    ["?x={http.request.uri.query.x}", "/?x=a%26b%0D%0A%20", "/?x=a%26b%0D%0A+"],
    ["?x={nope}&y", "/", "/?x=&y"],
  ])("%s of %s is %s", async (uri, path, expected) => {
    expect(await rewritten({ uri }, path)).toBe(expected);
  });

  it.each([
    ["foo?{env.SECRET}=leak", "/serve/foo?%7Benv.SECRET%7D=leak"],
    ["ok?k=v\u00fc", "/serve/ok?k=v%FC"],
    ["ok?k=v\u00c3\u00bc", "/serve/ok?k=v%C3%BC"],
  ])("does not read what a request brings, %s, as placeholders", async (value, expected) => {
    const uri = "/serve/{http.request.header.X-Fwd}?";
    const sent = { headers: { "X-Fwd": value } };
    const secretive = rewrite.provision({ uri }, loneContext({ env: { SECRET: "s3cret" } }));
    const { body } = await ask([secretive, tell], sent);
    expect(body.split(" ")[1]?.replaceAll("{", "%7B").replaceAll("}", "%7D")).toBe(expected);
  });

  it("escapes the path that the file matcher found", async () => {
    const found = doing(({ placeholders }) =>
      placeholders.set("http.matchers.file.relative", "/a?b%20"),
    );
    const handler = alone(rewrite, { uri: "{http.matchers.file.relative}" });
    expect(await ask([found, handler, tell])).toMatchObject({ body: "GET /a%3Fb%2520 /a?b%20" });
  });
});

describe("rewrite, stripping", () => {
  it.each([
    ["/prefix", "/foo/bar", "/foo/bar"],
    ["/prefix", "/prefix/foo/bar", "/foo/bar"],
    ["prefix", "/PREfix/foo", "/foo"],
    ["/prefix", "/prefix", "/"],
    ["/prefix", "/prefix/foo%2Fbar", "/foo%2Fbar"],
    ["/prefix", "/foo/prefix/bar", "/foo/prefix/bar"],
    ["/aaaaaa", "/%61%61", "/%61%61"],
    ["//prefix", "//prefix/foo/bar", "/foo/bar"],
    ["//prefix", "/prefix/foo/bar", "/prefix/foo/bar"],
    ["/a%2Fb/c", "/a%2fb/c/d", "/d"],
    ["/a/b/c", "/a%2Fb/c/d", "/d"],
    ["/a%2Fb/c", "/a/b/c/d", "/a/b/c/d"],
    ["/é", "/%C3%A9/x", "/x"],
    ["/api", "/%41pi/x", "/x"],
    ["/a.c", "/abc/x", "/abc/x"],
    ["/{http.request.uri.query.p}", "/one/two?p=one", "/two?p=one"],
    ["/a", "//a//b/../c", "/c"],
    ["/a", "/ab", "/b"],
    ["/a", "/a%2Fb", "%2Fb"],
  ])("the prefix %s off %s leaves %s", async (strip_path_prefix, path, expected) => {
    expect(await rewritten({ strip_path_prefix }, path)).toBe(expected);
  });

  it.each([
    ["/suffix", "/foo/bar", "/foo/bar"],
    ["suffix", "/foo/bar/suffix", "/foo/bar/"],
    ["suffix", "/foo%2Fbar/suffix", "/foo%2Fbar/"],
    ["%2fsuffix", "/foo%2Fbar%2fsuffix", "/foo%2Fbar"],
    ["/suffix", "/foo/suffix/bar", "/foo/suffix/bar"],
    [".HTML", "/foo.html", "/foo"],
    ["/suffix", "/foo%2Fsuffix", "/foo%2Fsuffix"],
    [".html", "/foo%2Ehtml", "/foo%2Ehtml"],
    ["\u00fc", "/a%C3%BC", "/a"],
  ])("the suffix %s off %s leaves %s", async (strip_path_suffix, path, expected) => {
    expect(await rewritten({ strip_path_suffix }, path)).toBe(expected);
  });

  it("leaves an empty path when it strips all, which is sent as a slash", async () => {
    const handler = alone(rewrite, { strip_path_prefix: "/a" });
    expect(await ask([handler, tell], { path: "/a?q" })).toMatchObject({ body: "GET /?q " });
  });
});

describe("rewrite, replacing", () => {
  it.each([
    [
      { find: "findme", replace: "replaced" },
      "/foo/findme%2Fbar?findme",
      "/foo/replaced%2Fbar?replaced",
    ],
    [{ find: "%28", replace: "(" }, "/hello/%28%29", "/hello/(%29"],
    [{ find: "a", replace: "$&", limit: 1 }, "/aa?aa", "/$&a?$&a"],
    [{ find: "a", replace: "b", limit: -1 }, "/aa?aa", "/bb?bb"],
    [{ find: "a", replace: " \r\n" }, "/a?a", "/%20%0D%0A?%20%0D%0A"],
    [{ find: "", replace: "x" }, "/a", "/a"],
  ])("%j turns %s into %s", async (entry, path, expected) => {
    expect(await rewritten({ uri_substring: [entry] }, path)).toBe(expected);
  });

  it.each([
    ["/{2,}", "/", "/foo//bar///baz?a=b//c", "/foo/bar/baz?a=b//c"],
    ["^/(\\w+)/(?P<id>\\d+)$", "/$id/$\\{1\\}s", "/user/7", "/7/users"],
  ])("the pattern %s by %s turns %s into %s", async (find, replace, path, expected) => {
    expect(await rewritten({ path_regexp: [{ find, replace }] }, path)).toBe(expected);
  });
});

describe("rewrite, of bytes that are no UTF-8", () => {
  const path = "/pre/caf%e9%2Fx%20y.html";

  it.each<[Config, string]>([
    [{ strip_path_prefix: "/pre" }, "/caf%e9%2Fx%20y.html"],
    [{ strip_path_prefix: "/pre/caf" }, "/%e9%2Fx%20y.html"],
    [{ strip_path_suffix: ".html" }, "/pre/caf%e9%2Fx%20y"],
    [{ uri_substring: [{ find: "/pre", replace: "" }] }, "/caf%e9%2Fx%20y.html"],
    [{ path_regexp: [{ find: "^/pre", replace: "" }] }, "/caf%e9%2Fx%20y.html"],
    [{ uri: "{http.request.uri.path}?x" }, "/pre/caf%E9/x%20y.html?x"],
    [{ uri: "/new{http.request.uri}" }, "/new/pre/caf%E9/x%20y.html"],
  ])("%j leaves the bytes that it does not touch", async (config, expected) => {
    expect(await rewritten(config, path)).toBe(expected);
  });

  it.each<[Config, string]>([
    [{ query: { set: [{ key: "b", val: "1" }] } }, "/?a=%E9%2F+&b=1"],
    [{ query: { rename: [{ key: "a", val: "c" }] } }, "/?c=%E9%2F+"],
    [{ uri: "/q{http.request.uri.query.a}" }, "/q%E9/%20?a=%e9%2f%20"],
    [{ uri: "?b={http.request.uri.query.a}" }, "/?b=%E9%2F+"],
  ])("%j keeps those of a parameter", async (config, expected) => {
    expect(await rewritten(config, "/?a=%e9%2f%20")).toBe(expected);
  });
});

describe("rewrite, of a query", () => {
  it.each([
    [{ rename: [{ key: "id", val: "ID" }] }, "id=5&a=1", "ID=5&a=1"],
    [{ rename: [{ key: "ID", val: "id" }] }, "ID=5&id=7", "id=5"],
    [
      {
        rename: [
          { key: "id", val: "id" },
          { key: "none", val: "x" },
        ],
      },
      "id=5",
      "id=5",
    ],
    [{ set: [{ key: "a", val: "{http.request.method} &" }] }, "a=1&a=2", "a=GET+%26"],
    [{ add: [{ key: "a", val: "3" }, { val: "x" }] }, "b=1&a=2", "a=2&a=3&b=1"],
    [{ replace: [{ key: "a", search: "foo", replace: "bar" }] }, "a=foo&b=foo", "a=bar&b=foo"],
    [{ replace: [{ key: "*", search: "foo", replace: "bar" }] }, "a=foo&b=foo", "a=bar&b=bar"],
    [{ replace: [{ key: "a", search_regexp: "f(.)o", replace: "$1" }] }, "a=foo", "a=o"],
    [{ delete: ["a", "{http.request.uri.query.b}"] }, "a=1&b=c&c=2", "b=c"],
  ])("%j turns %s into %s", async (query, before, after) => {
    expect(await rewritten({ query }, `/?${before}`)).toBe(`/?${after}`);
  });
});

describe("rewrite", () => {
  it("changes the method", async () => {
    const handler = alone(rewrite, { method: "{http.request.uri.query.m}" });
    expect(await ask([handler, tell], { path: "/?m=put" })).toMatchObject({
      body: "PUT /?m=put /",
    });
    expect(await ask([handler, tell], { path: "/?m=A%20B" })).toMatchObject({ status: 400 });
  });

  it("does one thing after the other", async () => {
    const config = {
      uri: "/api{http.request.uri}",
      strip_path_suffix: ".json",
      query: { delete: ["a"] },
    };
    expect(await rewritten(config, "/x.json?a=1&b=2")).toBe("/api/x?b=2");
  });

  it("tells others of a change, and only of a change", async () => {
    const version = telling((exchange) => String(exchange.version));
    const same = alone(rewrite, { method: "GET", uri: "/", strip_path_prefix: "/b" });
    const other = alone(rewrite, { method: "POST", uri: "/b" });
    expect(await ask([same, version])).toMatchObject({ body: "0" });
    expect(await ask([other, version])).toMatchObject({ body: "2" });
  });

  it.each<[Config, string]>([
    [{ method: "G T" }, "/method"],
    [{ path_regexp: [{ find: "a" }, { find: "(" }] }, "/path_regexp/1/find"],
    [{ query: { replace: [{ key: "a", search_regexp: "[" }] } }, "/query/replace/0/search_regexp"],
  ])("refuses %j and says where", (config, where) => {
    expect(() => alone(rewrite, config)).toThrow(where);
  });
});

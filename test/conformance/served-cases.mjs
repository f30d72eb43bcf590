// Servers, and requests to them, whose answers both must give alike.

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { authenticationCases } from "./served-authentication.mjs";
import { encodeCasesIn } from "./served-encode.mjs";
import { fileMatcherCasesIn } from "./served-files.mjs";
import { at, hosts, say, when } from "./served-words.mjs";

const FILES = {
  "index.html": "<h1>home</h1>\n",
  "text.txt": "0123456789\n",
  "a b.txt": "spaced\n",
  "data.json": "{}",
  ".hidden": "secret\n",
  "folder/index.html": "folder\n",
  "folder/page.html": "page\n",
  "empty/.keep": "",
  "large.css.etag": '"large"',
  "large.css": "a { color: red }\n".repeat(100),
  "stored.css": "b { color: red }\n".repeat(100),
  "stored.css.gz": gzipSync("b {}"),
  "picture.png": "picture ".repeat(100),
};
const MODIFIED = new Date("2024-02-03T04:05:06Z");

/** A folder of files with known times; `remove` it afterwards. */
export function siteFolder() {
  const path = mkdtempSync(join(tmpdir(), "graft-site-"));
  for (const [name, content] of Object.entries(FILES)) {
    mkdirSync(join(path, name, ".."), { recursive: true });
    writeFileSync(join(path, name), content);
    utimesSync(join(path, name), MODIFIED, MODIFIED);
  }
  return { path, remove: () => rmSync(path, { recursive: true }) };
}

/** Every case; files are served from `root`. What is `newer` was otherwise in Caddy 2.6. */
export const casesIn = (root) => [
  { name: "nothing", server: { routes: [] }, requests: at("/", "/x?y") },
  {
    name: "static_response",
    server: {
      routes: [
        when({ path: ["/json"] }, say('{"a":1}')),
        when(
          { path: ["/status"] },
          say("gone", { status_code: 410, headers: { "X-A": ["1", "2"] } }),
        ),
        when({ path: ["/text-status"] }, say("", { status_code: "204" })),
        when({ path: ["/html"] }, say("<p>", { headers: { "Content-Type": ["text/html"] } })),
        when({ path: ["/move"] }, say("", { status_code: 302, headers: { Location: ["/to"] } })),
        { handle: [say("{http.request.method} {http.request.uri} {http.request.host} {no.such}")] },
      ],
    },
    requests: [
      ...at("/json", "/status", "/text-status", "/html", "/move", "/other?q=1&r=%20", "/%41b"),
      { method: "HEAD", path: "/json" },
      { method: "POST", path: "/x", body: "abc" },
      { method: "OPTIONS", path: "/x" },
    ],
  },
  {
    name: "headers",
    server: {
      routes: [
        {
          handle: [
            {
              handler: "headers",
              request: { set: { "X-In": ["{http.request.header.X-From}!"] }, delete: ["X-Gone*"] },
              response: {
                set: { "X-Set": ["s"], "Cache-Control": ["no-store"] },
                add: { "X-Add": ["1", "2"] },
                deferred: true,
                replace: { "X-Say": [{ search_regexp: "o+", replace: "0" }] },
              },
            },
            say("{http.request.header.X-In}|{http.request.header.X-Gone-1}", {
              headers: { "X-Say": ["foo boo"], "X-Set": ["first"] },
            }),
          ],
        },
      ],
    },
    requests: [{ headers: { "X-From": "me", "X-Gone-1": "x" } }, { headers: { "X-From": "" } }],
  },
  {
    name: "rewrite",
    server: {
      routes: [
        when({ path: ["/strip/*"] }, { handler: "rewrite", strip_path_prefix: "/strip" }),
        when({ path: ["/set"] }, { handler: "rewrite", uri: "/new?{http.request.uri.query}&z=1" }),
        when({ path: ["/query"] }, { handler: "rewrite", uri: "?only={http.request.uri.path}" }),
        when({ path: ["/method"] }, { handler: "rewrite", method: "put" }),
        when({ path: ["*.php"] }, { handler: "rewrite", strip_path_suffix: ".php" }),
        when(
          { path: ["/sub*"] },
          { handler: "rewrite", uri_substring: [{ find: "s", replace: "t", limit: 2 }] },
        ),
        when(
          { path: ["//re*"] },
          { handler: "rewrite", path_regexp: [{ find: "/{2,}", replace: "/" }] },
        ),
        { handle: [say("{http.request.method} {http.request.uri}")] },
      ],
    },
    requests: at(
      "/strip/a",
      "/strip/",
      "/strip/a%2Fb?x",
      "/set",
      "/set?a=b",
      "/query?gone",
      "/method",
      "/a.php?b=.php",
      "/subs/s?s",
      "//re//x",
    ),
  },
  {
    name: "map",
    server: {
      routes: [
        {
          handle: [
            {
              handler: "map",
              source: "{http.request.uri.query.q}",
              destinations: ["{x}", "{y}"],
              mappings: [
                { input_regexp: "^a(.*)", outputs: ["<$1>", null] },
                { input: "ab", outputs: ["no", "{http.request.method} {no.such}"] },
                { input_regexp: "b$", outputs: [1.5, true] },
                { input: "", outputs: ["none", null] },
              ],
              defaults: ["dx", "{x}"],
            },
            { handler: "map", source: "{x}", destinations: ["{x}", "{z}"], defaults: ["2", "{y}"] },
            say("{x}|{y}|{z}|{w}"),
          ],
        },
      ],
    },
    requests: at("/", "/?q=ab", "/?q=a", "/?q=cb", "/?q=c", "/?q=%7Bx%7D", "/?q=a$1"),
  },
  {
    name: "hosts and paths",
    server: {
      routes: [
        { ...when({ host: ["a.test"], path: ["/only*"] }, say("a only")), terminal: true },
        {
          ...when({ host: ["*.wild.test"] }, say("wild {http.request.host.labels.2}")),
          terminal: true,
        },
        { ...when({ host: ["B.test"] }, say("b {http.request.hostport}")), terminal: true },
        { ...when({ path: ["/Case/*", "*/tail", "/mid*dle"] }, say("path")), terminal: true },
        { handle: [say("rest", { status_code: 404 })] },
      ],
    },
    requests: [
      ...hosts("x.wild.test", "x.y.wild.test", "wild.test", "b.TEST", "b.test:8080", "c.test"),
      ...at(
        "/only",
        "/onlyx",
        "/case/x",
        "/CASE/",
        "/case",
        "/x/tail",
        "/mid-x-dle",
        "/x/../case/y",
      ),
    ],
  },
  {
    name: "other matchers",
    server: {
      routes: [
        { ...when({ method: ["PUT", "DELETE"] }, say("method")), terminal: true },
        { ...when({ header: { "X-A": ["one", "t*"] } }, say("header")), terminal: true },
        { ...when({ header: { "X-None": null, "X-Some": [] } }, say("presence")), terminal: true },
        {
          ...when(
            { header_regexp: { "X-R": { name: "r", pattern: "^v([0-9]+)$" } } },
            say("{http.regexp.r.1}"),
          ),
          terminal: true,
        },
        { ...when({ query: { q: ["1", "2"], r: ["*"] } }, say("query")), terminal: true },
        {
          ...when(
            { path_regexp: { name: "p", pattern: "^/p/(?P<id>[a-z]+)" } },
            say("{http.regexp.p.id}"),
          ),
          terminal: true,
        },
        {
          ...when({ not: [{ path: ["/no*"] }, { method: ["POST"] }] }, say("not")),
          terminal: true,
        },
        {
          ...when({ remote_ip: { ranges: ["127.0.0.0/8"] }, protocol: "http" }, say("ip")),
          terminal: true,
        },
      ],
    },
    requests: [
      { method: "PUT" },
      { path: "/no", headers: { "X-A": "two" } },
      { path: "/no", headers: { "X-A": "One" } },
      { path: "/no", headers: { "X-Some": "" } },
      { path: "/no", headers: { "X-R": "v42" } },
      { path: "/no", headers: { "X-R": "v" } },
      ...at("/no?q=1&r=", "/no?q=3&r=1", "/no?q=1", "/p/abc", "/p/ABC", "/yes", "/no"),
      { method: "POST", path: "/x" },
    ],
  },
  {
    name: "groups and terminals",
    server: {
      routes: [
        { group: "g", handle: [{ handler: "headers", response: { add: { "X-Ran": ["1"] } } }] },
        { group: "g", handle: [{ handler: "headers", response: { add: { "X-Ran": ["2"] } } }] },
        when({ path: ["/t"] }, { handler: "headers", response: { add: { "X-Ran": ["3"] } } }),
        { ...when({ path: ["/t"] }), terminal: true },
        { handle: [say("end")] },
      ],
    },
    requests: at("/", "/t"),
  },
  {
    name: "subroute and vars",
    server: {
      routes: [
        {
          handle: [
            { handler: "vars", who: "{http.request.uri.query.who}", n: 5 },
            {
              handler: "subroute",
              routes: [
                when({ vars: { who: ["anna"] } }, say("hello {http.vars.who} {http.vars.n}")),
                when({ path: ["/boom"] }, { handler: "error", status_code: 418, error: "tea" }),
                when(
                  { path: ["/pass"] },
                  { handler: "headers", response: { set: { "X-P": ["1"] } } },
                ),
              ],
              errors: { routes: [{ handle: [say("inner {http.error.status_code}")] }] },
            },
            say("after"),
          ],
        },
      ],
    },
    requests: at("/?who=anna", "/?who=bob", "/boom", "/pass"),
  },
  {
    name: "error routes",
    server: {
      routes: [
        when(
          { path: ["/503"] },
          { handler: "error", status_code: "503", error: "down {http.request.uri}" },
        ),
        when({ path: ["/plain"] }, { handler: "error" }),
        when({ path: ["/again"] }, { handler: "error", status_code: 400 }),
        { handle: [say("fine")] },
      ],
      errors: {
        routes: [
          { ...when({ path: ["/again"] }, { handler: "error", status_code: 502 }), terminal: true },
          {
            ...when(
              { path: ["/503"] },
              say("{http.error.status_code} {http.error.status_text} {http.error.message}"),
            ),
            terminal: true,
          },
        ],
      },
    },
    requests: at("/", "/503", "/plain", "/again"),
  },
  {
    name: "errors without routes",
    server: { routes: [{ handle: [{ handler: "error", status_code: 404, error: "not told" }] }] },
    requests: at("/"),
  },
  {
    name: "file_server",
    server: {
      routes: [{ handle: [{ handler: "file_server", root, hide: [".hidden"] }] }],
    },
    requests: [
      ...at(
        "/",
        "/text.txt",
        "/a%20b.txt",
        "/data.json",
        "/folder",
        "/folder/",
        "/folder/page.html",
      ),
      ...at(
        "/text.txt/",
        "/index.html",
        "/.hidden",
        "/none",
        "/empty/",
        "/../text.txt",
        "/%2e%2e/x",
      ),
      { method: "HEAD", path: "/text.txt" },
      { method: "POST", path: "/text.txt" },
      { path: "/text.txt", headers: { Range: "bytes=2-4" } },
      { path: "/text.txt", headers: { Range: "bytes=-3" } },
      { path: "/text.txt", headers: { Range: "bytes=99-" } },
      { path: "/text.txt", headers: { Range: "bytes=x" } },
      { path: "/text.txt", headers: { "If-Modified-Since": MODIFIED.toUTCString() } },
      { path: "/text.txt", headers: { "If-Unmodified-Since": "Sat, 01 Jan 2000 00:00:00 GMT" } },
      { path: "/text.txt", headers: { "If-None-Match": "*" } },
      { path: "/text.txt", headers: { "If-Match": '"other"' } },
    ],
  },
  {
    name: "file_server without canonical addresses",
    server: {
      routes: [
        { handle: [{ handler: "file_server", root, canonical_uris: false, pass_thru: true }] },
        { handle: [say("passed on", { status_code: 404 })] },
      ],
    },
    requests: at("/folder", "/text.txt/", "/none"),
  },
  ...authenticationCases,
  ...encodeCasesIn(root),
  ...fileMatcherCasesIn(root),
];

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { HttpError } from "../../../src/apps/http/exchange.js";
import { printDuration } from "../../../src/apps/http/placeholders/text.js";
import {
  compileTemplate,
  type Globals,
  placeholderValue,
  textOf,
} from "../../../src/apps/http/placeholders.js";
import { loneContext } from "../../support/alone.js";
import { type Asked, during } from "./handlers/serving.js";

const NOON = Date.UTC(2024, 1, 3, 12, 4, 5, 60);
const globals: Globals = {
  env: { NAME: "from env", BRACED: "{http.request.method}" },
  clock: { ...loneContext().clock, now: () => NOON },
};

/** A text filled at one request. */
function filled(text: string, unknown: "keep" | "empty" = "keep", asked: Asked = {}) {
  return during(asked, (exchange) => compileTemplate(text, globals, unknown).fill(exchange));
}

/** The value of one placeholder at one request. */
function readAt(name: string, asked: Asked = {}) {
  return during(asked, (exchange) => placeholderValue(name, exchange, globals));
}

describe("a text without placeholders", () => {
  it.each(["", "plain", "back\\slash", "{", "}", "a{b", "a{2,}", '{"json": [1]}', "p { x: y }"])(
    "is constant: %s",
    (text) => expect(compileTemplate(text, globals, "keep").constant).toBe(text),
  );

  it("has its escaped braces unescaped", () => {
    expect(compileTemplate("\\{a\\}", globals, "keep").constant).toBe("{a}");
  });

  it("holds what the environment says, and does not read that again", () => {
    expect(compileTemplate("<{env.NAME}>", globals, "keep").constant).toBe("<from env>");
    expect(compileTemplate("<{env.BRACED}>", globals, "keep").constant).toBe(
      "<{http.request.method}>",
    );
    expect(compileTemplate("<{env.toString}{env.NONE}>", globals, "keep").constant).toBe("<>");
  });
});

describe("a placeholder nothing knows", () => {
  it.each([
    ["{nope}", "{nope}"],
    ["a {nope} {http.request.method}", "a {nope} GET"],
    ["{te{http.request.method}{as{{df{http.request.scheme}", "{teGET{as{{dfhttp"],
    ['{"a": "{http.request.host}"}', '{"a": "example.com"}'],
    ["{a.{b.{http.request.method}!}", "{a.{b.GET!}"],
    ["{http.request.cookie.a{http.request.method}", "{http.request.cookie.aGET"],
    ["{with \\} brace}", "{with } brace}"],
  ])("stays, where it is to be kept: %s", async (text, expected) => {
    expect(await filled(text)).toBe(expected);
  });

  it.each([
    ["foo{bar}", "foo"],
    ["{}", ""],
    ["{{}", ""],
    ['{"json": "object"}', ""],
    ['\\{"json": \\{"nested": "{bar}"\\}\\}', '{"json": {"nested": ""}}'],
    ["placeholder {with \\} brace} in name", "placeholder  in name"],
    ['{"json": "object"\\}', ""],
    ["{}{}{}{\\\\\\\\}\\\\\\\\", "{\\\\\\}\\\\\\\\"],
    ["\\\\}", "\\}"],
    ["{{", "{{"],
  ])("goes, where it is to be empty: %s", async (text, expected) => {
    expect(await filled(text, "empty")).toBe(expected);
  });

  it("is filled when a handler has set it, whatever it stands next to", async () => {
    const seen = await during({}, (exchange) => {
      exchange.placeholders.set("http.regexp.id.1", "42");
      return compileTemplate("{a}{http.regexp.id.1}{b}", globals, "keep").fill(exchange);
    });
    expect(seen).toBe("{a}42{b}");
  });
});

describe("compiling", () => {
  it("takes time in proportion to the text, also for a million open braces", () => {
    const text = `${"{".repeat(1e6)}}`;
    expect(compileTemplate(text, globals, "keep").constant).toBe(text);
    expect(compileTemplate("{a".repeat(3e5), globals, "empty").constant).toHaveLength(6e5);
  });

  it("means what reading the text from left to right at the request means", async () => {
    const parts = ["{", "}", "\\", "a", "env.NAME", "http.vars.x", "http.request.cookie.c", "set"];
    const texts = fc.array(fc.constantFrom(...parts), { maxLength: 20 }).map((all) => all.join(""));
    await during({}, (exchange) => {
      exchange.vars.set("x", "{X}");
      exchange.placeholders.set("set", "SET").set("a", "A");
      const lookUp = (name: string) => placeholderValue(name, exchange, globals);
      fc.assert(
        fc.property(texts, fc.boolean(), (text, keep) => {
          const template = compileTemplate(text, globals, keep ? "keep" : "empty");
          expect(template.fill(exchange)).toBe(readThrough(text, lookUp, keep));
          expect(template.constant ?? template.fill(exchange)).toBe(template.fill(exchange));
        }),
        { numRuns: 2000 },
      );
    });
  });
});

/** The rules of placeholders, without compiling anything. */
function readThrough(
  text: string,
  lookUp: (name: string) => string | undefined,
  keep: boolean,
): string {
  let out = "";
  for (let at = 0; at < text.length; at++) {
    const escaped = at > 0 && text[at - 1] === "\\" && /[{}]/.test(text[at] as string);
    if (escaped) out = out.slice(0, -1);
    const end = escaped || text[at] !== "{" ? -1 : closingBrace(text, at);
    if (end < 0) {
      out += text[at];
      continue;
    }
    const value = lookUp(text.slice(at + 1, end));
    if (value === undefined && keep) {
      out += "{";
      continue;
    }
    out += value ?? "";
    at = end;
  }
  return out;
}

function closingBrace(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const counts = text[at - 1] !== "\\" || at === text.length - 1;
    if (text[at] === "}" && counts) return at;
  }
  return -1;
}

describe("a placeholder of the request", () => {
  const asked: Asked = {
    method: "PUT",
    path: "/foo/b%20r/baz.tar.gz?a=1&b=2&a=3%20",
    headers: {
      Host: "Sub.Example.COM:8080",
      "X-Two": ["one", "two"],
      "X-Text": Buffer.from("grün").toString("latin1"),
      Cookie: 'a=1; Session="x y"; b',
    },
  };

  it.each([
    ["http.request.method", "PUT"],
    ["http.request.scheme", "http"],
    ["http.request.proto", "HTTP/1.1"],
    ["http.request.proto_name", "HTTP/1.1"],
    ["http.request.host", "Sub.Example.COM"],
    ["http.request.port", "8080"],
    ["http.request.hostport", "Sub.Example.COM:8080"],
    ["http.request.host.labels.0", "com"],
    ["http.request.host.labels.2", "sub"],
    ["http.request.host.labels.3", ""],
    ["http.request.host.labels.x", undefined],
    ["http.request.uri", "/foo/b%20r/baz.tar.gz?a=1&b=2&a=3%20"],
    ["http.request.uri_escaped", "%2Ffoo%2Fb%2520r%2Fbaz.tar.gz%3Fa%3D1%26b%3D2%26a%3D3%2520"],
    ["http.request.uri.path", "/foo/b r/baz.tar.gz"],
    ["http.request.uri.path_escaped", "%2Ffoo%2Fb+r%2Fbaz.tar.gz"],
    ["http.request.uri.path.file", "baz.tar.gz"],
    ["http.request.uri.path.dir", "/foo/b r/"],
    ["http.request.uri.path.file.base", "baz.tar"],
    ["http.request.uri.path.file.ext", ".gz"],
    ["http.request.uri.path.0", "foo"],
    ["http.request.uri.path.2", "baz.tar.gz"],
    ["http.request.uri.path.3", ""],
    ["http.request.uri.path.-1", undefined],
    ["http.request.uri.query", "a=1&b=2&a=3%20"],
    ["http.request.uri.query.a", "1,3 "],
    ["http.request.uri.query.none", ""],
    ["http.request.uri.prefixed_query", "?a=1&b=2&a=3%20"],
    ["http.request.orig_method", "PUT"],
    ["http.request.orig_uri", "/foo/b%20r/baz.tar.gz?a=1&b=2&a=3%20"],
    ["http.request.orig_uri.path.file", "baz.tar.gz"],
    ["http.request.orig_uri.path.1", "b r"],
    ["http.request.header.x-two", "one,two"],
    ["http.request.header.X-Text", "grün"],
    ["http.request.header.None", ""],
    ["http.request.cookie.A", "1"],
    ["http.request.cookie.session", "x y"],
    ["http.request.cookie.b", ""],
    ["http.request.cookie.c", undefined],
    ["http.request.remote.host", "127.0.0.1"],
    ["http.request.remote.host/24", "127.0.0.0/24"],
    ["http.request.remote.host/33", ""],
    ["http.request.local.host", "127.0.0.1"],
    ["http.request.tls.version", undefined],
    ["http.request.unheard.of", undefined],
    ["http.vars.none", ""],
    ["http.error.message", undefined],
    ["http.response.header.X", ""],
  ])("%s is %j", async (name, expected) => {
    expect(await readAt(name, asked)).toBe(expected);
  });

  it("names both ends of the connection", async () => {
    expect(await readAt("http.request.remote")).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(await readAt("http.request.local.port")).toMatch(/^\d+$/);
  });

  it("gives a request one identifier, and the next another", async () => {
    const twice = "{http.request.uuid} {http.request.uuid}";
    const [first, again] = (await filled(twice)).split(" ");
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(again).toBe(first);
    expect(await readAt("http.request.uuid")).not.toBe(first);
  });

  it("follows a rewrite, while the original stays", async () => {
    const text = "{http.request.uri} {http.request.orig_uri.path}";
    const seen = await during({ path: "/old?q" }, (exchange) => {
      exchange.target = { path: "/n w", rawPath: "/n%20w", query: "" };
      return compileTemplate(text, globals, "keep").fill(exchange);
    });
    expect(seen).toBe("/n%20w /old");
  });
});

describe("a placeholder of what the chain has made", () => {
  it.each([
    ["http.error.status_code", "418"],
    ["http.error.status_text", "I'm a teapot"],
    ["http.error.message", "short and stout"],
    ["http.error.other", undefined],
  ])("%s is %j while an error is handled", async (name, expected) => {
    const seen = await during({}, (exchange) => {
      exchange.error = new HttpError(418, "short and stout");
      return placeholderValue(name, exchange, globals);
    });
    expect(seen).toBe(expected);
  });

  it.each([
    [404, undefined, "Not Found Not Found"],
    [404, "", "Not Found "],
    [413, "too much", "Request Entity Too Large too much"],
    [799, undefined, " "],
  ])("tells of an error %d with the message %j: %j", async (status, message, expected) => {
    const text = "{http.error.status_text} {http.error.message}";
    const seen = await during({}, (exchange) => {
      exchange.error = new HttpError(status, message);
      return compileTemplate(text, globals, "keep").fill(exchange);
    });
    expect(seen).toBe(expected);
  });

  it("tells all of an error in one", async () => {
    const error = new HttpError(418, "short and stout");
    const seen = await during({}, (exchange) => {
      exchange.error = error;
      return compileTemplate("{http.error}", globals, "keep").fill(exchange);
    });
    expect(seen).toBe(`{id=${error.id}} ${error.trace}: HTTP 418: short and stout`);
    expect(error.trace).toMatch(/placeholders\.test\.ts:\d+/);
  });

  it("names an occurrence of an error, and where its cause came from", async () => {
    const cause = new TypeError("x");
    cause.stack =
      "TypeError: x\n    at async serve (file:///srv/app/sites.js:12:3)\n    at b (c:1:2)";
    const error = new HttpError(500, "y", { cause });
    expect(error.trace).toBe("serve (sites.js:12)");
    expect(error.id).toBe(error.id);
    expect(new HttpError(500).id).not.toBe(error.id);
    cause.stack = "TypeError: x\n    at C:\\srv\\sites.js:7:1";
    expect(error.trace).toBe("sites.js:7");
    cause.stack = "TypeError: x";
    expect(error.trace).toBe("");
  });

  it.each([
    ["http.vars.client_ip", "127.0.0.1"],
    ["http.vars.trusted_proxy", "false"],
    ["http.shutting_down", "false"],
    ["http.time_until_shutdown", ""],
    ["http.response.status", undefined],
  ])("%s is %j for every request", async (name, expected) => {
    expect(await readAt(name)).toBe(expected);
  });

  it("can hide a variable that every request has", async () => {
    const seen = await during({}, (exchange) => {
      exchange.vars.set("client_ip", "mine");
      return placeholderValue("http.vars.client_ip", exchange, globals);
    });
    expect(seen).toBe("mine");
  });

  it("prints variables of any type", async () => {
    const seen = await during({}, (exchange) => {
      exchange.vars.set("n", 1.5).set("yes", true).set("none", null).set("__proto__", [1, "a"]);
      const text = "{http.vars.n} {http.vars.yes} {http.vars.none} {http.vars.__proto__}";
      return compileTemplate(text, globals, "keep").fill(exchange);
    });
    expect(seen).toBe("1.5 true  [1 a]");
    expect(textOf({ b: null, a: { c: 1 } })).toBe("map[a:map[c:1] b:<nil>]");
  });

  it("reads the answer's fields", async () => {
    const seen = await during({}, (exchange) => {
      exchange.response.headers.add("X-A", "1");
      exchange.response.headers.add("X-A", "2");
      return placeholderValue("http.response.header.x-a", exchange, globals);
    });
    expect(seen).toBe("1,2");
  });
});

describe("a placeholder of the world", () => {
  it.each([
    ["time.now.http", "Sat, 03 Feb 2024 12:04:05 GMT"],
    ["time.now.unix", "1706961845"],
    ["time.now.unix_ms", "1706961845060"],
    ["time.now.year", "2024"],
    ["system.slash", "/"],
    ["env.NAME", "from env"],
    ["system.nonsense", undefined],
  ])("%s is %j", async (name, expected) => {
    expect(await readAt(name)).toBe(expected);
  });

  it("writes the time with its zone", async () => {
    expect(await readAt("time.now.common_log")).toMatch(/^\d\d\/Feb\/2024:\d\d:\d\d:05 [+-]\d{4}$/);
    expect(await readAt("time.now")).toMatch(/^2024-02-\d\d \d\d:\d\d:05\.06 [+-]\d{4} \S+$/);
  });
});

describe("a duration", () => {
  it.each([
    [0, "0s"],
    [0.0005, "500ns"],
    [0.25, "250µs"],
    [350.25, "350.25ms"],
    [62_500, "1m2.5s"],
    [3_600_000, "1h0m0s"],
  ])("of %d ms is %s", (ms, text) => expect(printDuration(ms)).toBe(text));
});

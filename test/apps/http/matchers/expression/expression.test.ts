import { describe, expect, it } from "@jest/globals";
import { signatures } from "../../../../../src/apps/http/matchers/expression/signatures.js";
import { directoryWith } from "../../fileserver/site.js";
import { asking } from "../asking.js";
import { compiled, holds } from "./compiling.js";

describe("an expression", () => {
  it("may hold placeholders, which have the types of what they stand for", () => {
    const asked = { method: "POST", url: "/a/b?q=1,2&n=12", host: "a.example:81" };
    for (const text of [
      "{http.request.method}.startsWith('PO')",
      "{http.request.port} + 1 == 82",
      "{http.request.uri.query.n} == '12' && int({http.request.uri.query.n}) == 12",
      "{http.request.uri.query.q}.split(',').exists(x, x == '2')",
      "type({http.request.method}) == string && type({http.request.port}) == int",
      "type({http.request.duration}) == google.protobuf.Duration",
      "{http.request.duration} < duration('1h') && {http.request.duration_ms} < 3600000.0",
      "{time.now}.getFullYear() > 2000",
      "!({http.shutting_down})",
      "{http.nothing} == null",
    ]) {
      expect([text, holds(text, asked)]).toEqual([text, true]);
    }
  });

  it("sees in variables what was put there", () => {
    const exchange = asking();
    exchange.vars
      .set("n", 5)
      .set("on", true)
      .set("list", ["a", { b: 1.5 }]);
    for (const text of [
      "type({http.vars.n}) == double && {http.vars.n} == 5 && {http.vars.n} > 4",
      "{http.vars.on} && true",
      "{http.vars.list}[1].b == 1.5 && has({http.vars.list}[1].b)",
      "{http.vars.list}.size() == 2",
      "{http.vars.none} == null",
    ]) {
      expect([text, compiled(text).match(exchange)]).toEqual([text, true]);
    }
  });

  it("asks for files as the matcher does, and with its statuses", () => {
    const root = directoryWith({ "a.html": "a", "b[1]": "b" });
    const file = (more: string) => `file({'root': '${root}', ${more}})`;
    const path = "{http.request.uri.path}";
    expect(holds(file(`'try_files': [${path} + '.html']`), { url: "/a" })).toBe(true);
    expect(holds(file(`'try_files': [${path} + '.html']`), { url: "/b" })).toBe(false);
    expect(holds(file(`'try_files': ['/*.html'], 'try_policy': 'largest_size'`))).toBe(true);
    // What a request brings is no pattern.
    expect(holds(file(`'try_files': [${path}]`), { url: "/*.html" })).toBe(false);
    expect(holds(file(`'try_files': [${path}]`), { url: "/b[1]" })).toBe(true);

    const refusing = file(`'try_files': [${path}, '=410']`);
    expect(() => holds(refusing, { url: "/b" })).toThrow(expect.objectContaining({ status: 410 }));
  });

  it("leaves a placeholder behind a backslash to the matcher that gets it", () => {
    expect(holds("path('/\\{http.request.method}')", { url: "/GET" })).toBe(true);
    expect(holds("'\\{a.b}' == '{a' + '.b}'")).toBe(true);
  });

  it("may end in a comment", () => {
    expect(holds("true // always")).toBe(true);
  });

  it("counts characters, not the units of UTF-16", () => {
    for (const text of [
      "'a😀b'.size() == 3 && 'a😀b'.indexOf('b') == 2 && 'a😀b'.charAt(1) == '😀'",
      "'a😀b😀'.lastIndexOf('😀') == 3 && 'a😀b'.substring(1, 2) == '😀'",
      "'a😀'.reverse() == '😀a' && 'a😀'.split('').size() == 2",
    ]) {
      expect([text, holds(text)]).toEqual([text, true]);
    }
  });

  it("has Caddy's functions on texts, lists and numbers", () => {
    for (const text of [
      "'a,b,c'.split(',', 2) == ['a', 'b,c'] && 'aaa'.replace('a', 'b', 2) == 'bba'",
      "'abc'.lastIndexOf('c', 1) == -1 && 'abc'.indexOf('c', 5) == -1",
      "['a', 'b'].join('-') == 'a-b' && '%s-%d'.format(['a', 1]) == 'a-1'",
      "[3, 1, 2].sort() == [1, 2, 3] && [1, 1, 2].distinct() == [1, 2]",
      "[1, 2, 3].slice(0, 2) == [1, 2] && [[1], [2]].flatten() == [1, 2]",
      "[[1, [2]]].flatten(2) == [1, 2] && [1, 2].reverse() == [2, 1] && lists.range(2) == [0, 1]",
      "math.greatest(1, 2, 3) == 3 && math.least(1, 2.5) == 1 && math.greatest([1, 2]) == 2",
      "math.abs(-3) == 3 && math.sign(-2.5) == -1.0 && math.round(-1.5) == -2.0",
      "math.bitAnd(5, 3) == 1 && math.bitShiftRight(-1, 63) == 1 && math.bitNot(0u) > 5u",
      "math.sqrt(16) == 4.0 && math.isNaN(math.sqrt(-1))",
      "cel.bind(x, {http.request.method}, x == 'GET' || x == 'PUT')",
      "int('+12') == 12 && double('.5') == 0.5 && double('-Inf') < 0.0 && timestamp(0).getFullYear() == 1970",
      "duration('1500ms').getMilliseconds() == 1500",
    ]) {
      expect([text, holds(text)]).toEqual([text, true]);
    }
  });

  it("has an answer if one side of && or || is enough, although the other has none", () => {
    expect(holds("{a.b}.startsWith('x') || true")).toBe(true);
    expect(holds("false && {a.b}.startsWith('x')")).toBe(false);
    expect(() => holds("{a.b}.startsWith('x') || false")).toThrow("no matching overload");
  });

  it("without an answer is an error of the request", () => {
    for (const text of ["1 / {http.request.port} == 1", "[1][1] == 1", "{'a': 1}.b == 1"]) {
      expect(() => holds(text, { host: "a:0" })).toThrow(
        expect.objectContaining({ name: "HttpError", status: 500 }),
      );
    }
  });
});

describe("a matcher in an expression", () => {
  it("says what it says elsewhere", () => {
    const asked = {
      method: "POST",
      url: "/a/b?q=1&q=2",
      host: "x.example:81",
      headers: ["X-A", "one", "X-A", "two", "Content-Type", "application/grpc"],
    };
    for (const text of [
      "path('/a/*') && path('/x', '/A/b') && !path('/b')",
      "host('*.example') && !host('a.example')",
      "method('PUT', 'POST') && !method('GET')",
      "protocol('HTTP') && protocol('grpc') && !protocol('https')",
      "header({'x-a': 't*'}) && header({'X-A': ['no', 'one'], 'Content-Type': '*'})",
      "query({'q': '2'}) && !query({'q': ['3', '4']})",
      "remote_ip('192.0.2.0/24') && client_ip('10.0.0.0/8', '192.0.2.1') && remote_ip({env.NETWORK})",
      "path('/' + 'a/' + '*') && host({http.request.host}) && header({'X-A': 'o' + 'ne'})",
    ]) {
      expect([text, holds(text, asked)]).toEqual([text, true]);
    }
  });

  it("asks for variables, too", () => {
    const exchange = asking();
    exchange.vars.set("v", "one");
    for (const text of [
      "vars({'v': ['two', 'one']})",
      "vars({'\\{http.request.method}': 'GET'})",
      "vars_regexp('v', '^o')",
    ]) {
      expect([text, compiled(text).match(exchange)]).toEqual([text, true]);
    }
  });

  it("captures under its own name, or that of the expression", () => {
    const captured = (text: string, name?: string) => {
      const exchange = asking({ url: "/ab", headers: ["X-A", "ab"] });
      expect(compiled(text, name).match(exchange)).toBe(true);
      return [...exchange.placeholders.keys()].filter((key) => key.endsWith(".1"));
    };
    expect(captured("path_regexp('(b)')")).toEqual(["http.regexp.1"]);
    expect(captured("path_regexp('own', '(b)')", "e")[0]).toBe("http.regexp.own.1");
    expect(captured("path_regexp('(b)')", "e")[0]).toBe("http.regexp.e.1");
    expect(captured("header_regexp('X-A', '(b)')", "e")[0]).toBe("http.regexp.e.1");
    expect(captured("header_regexp('own', 'X-A', '(b)')")[0]).toBe("http.regexp.own.1");
    expect(holds("path_regexp('n', '/(a)') && {http.regexp.n.1} == 'a'", { url: "/ab" })).toBe(
      true,
    );
  });

  it("is not asked when the answer is known without it", () => {
    const exchange = asking({ url: "/ab" });
    expect(compiled("{http.request.method} == 'PUT' && path_regexp('b')").match(exchange)).toBe(
      false,
    );
    expect(exchange.placeholders.size).toBe(0);
  });
});

describe("loading an expression", () => {
  it.each([
    ["nope == 1", "1:1: unknown name: nope"],
    ["true &&\n nope(1)", "2:2: unknown function: nope"],
    ["{http.request.method} == 'GET' && nope", "1:35: unknown name: nope"],
    ["{http.request.method}.nope()", "unknown function: nope"],
    ["{http.request.method}", "1:1: is dyn, must be bool"],
    ["1 + 1", "is int, must be bool"],
    ["1 == 1.0", "== does not take (int, double)"],
    ["1 < 1.5", "< does not take (int, double)"],
    ["'a'.startsWith(1)", "startsWith does not take (string, int)"],
    ["true ? 1 : 'a'", "does not take (bool, int, string)"],
    ["[1, 2].all(x, x + 1)", "&& does not take (bool, int)"],
    ["1.all(x, true)", "1:1: int is neither a list nor a map"],
    ["1 in {'a': 1}", "in does not take (int, map(string, int))"],
    ["'a'.b == 1", "string has no field b"],
    ["Foo{a: 1}.a == 1", "unknown type: Foo"],
    ["99999999999999999999 == 0", "1:1: the number is out of range"],
    ["1e400 == 0.0", "the number is out of range"],
    ["'a'.matches('(')", "1:13: error parsing regexp"],
    ["path_regexp('(')", "1:1: path_regexp: error parsing regexp"],
    ["remote_ip('x')", 'remote_ip: "x" is not an IP address or range'],
    ["path()", "1:1: needs at least one argument"],
    ["path(1)", "1:6: must be a text"],
    ["method({http.request.method})", "1:8: must be a literal text"],
    ["header('a')", "takes a map"],
    ["header_regexp('a')", "takes a name, a key and a pattern"],
    ["protocol('http', 'https')", "takes one argument"],
    ["ph(req, 'a' + 'b') == ''", "the name of a placeholder must be a literal text"],
    ["ph(1, 'a') == ''", "takes req and the name of a placeholder"],
    ["true || duration('1 hour') > duration('1s')", "1:9: Failed to parse duration"],
    ["int('12x') == 12", "is not a whole number"],
    ["int('9223372036854775808') == 1", "is out of range"],
    ["uint('-1') == 1u", "is not a whole number"],
    ["double('1,5') == 1.5", "is not a number"],
    ["", "more was expected"],
    ["a b", "1:3: cannot be read from here on: b"],
    ["{http.request.method} == 'GET' {a.b}", "1:32: cannot be read"],
  ])("refuses %j, and says where and why", (text, message) => {
    expect(() => compiled(text)).toThrow(message);
  });

  it("names the field of an expression with a name", () => {
    expect(() => compiled("nope", "n")).toThrow("/expr: 1:1: unknown name: nope");
  });
});

describe("every function that is known", () => {
  it("can be called", () => {
    for (const [name, forms] of signatures()) {
      if (/^(_|!|-|@)/.test(name)) continue;
      for (const { isMethod, parameters } of forms) {
        const args = parameters.map((_, i) => `{http.vars.v${i}}`);
        const call = isMethod
          ? `${args[0]}.${name}(${args.slice(1).join(", ")})`
          : `${name.replace("@max", "greatest").replace("@min", "least")}(${args.join(", ")})`;
        const said = () => compiled(`dyn(${call}) == 1`).match(asking());
        let message = "";
        try {
          said();
        } catch (error) {
          message = String(error);
        }
        expect([call, message.includes("unbound function")]).toEqual([call, false]);
      }
    }
  });
});

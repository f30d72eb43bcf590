import { describe, expect, it } from "@jest/globals";
import { meaningOf, parse, refusalOf, sitesOf } from "../support.js";

describe("a site", () => {
  it.each([
    ["has a key and a block", "a.com {\n\trespond hi\n}", [[["a.com"], [["respond", "hi"]]]]],
    [
      "may have several keys",
      "a.com, b.com c.com,\nd.com {\n}",
      [[["a.com", "b.com", "c.com", "d.com"], []]],
    ],
    [
      "may do without braces when alone",
      "a.com\n\nrespond hi\nlog",
      [[["a.com"], [["respond", "hi"], ["log"]]]],
    ],
    ["may have its brace on a line of its own", "a.com\n\n{\n\tlog\n}", [[["a.com"], [["log"]]]]],
    [
      "may follow on the line of the one before",
      "a {\n} b {\n}",
      [
        [["a"], []],
        [["b"], []],
      ],
    ],
    ["may have nothing but a key", "a.com", [[["a.com"], []]]],
    ["keeps quoted braces as words", 'a {\n\tb "{" `}`\n}', [[["a"], [["b", "{", "}"]]]]],
  ])("%s", (_rule, text, sites) => {
    expect(sitesOf(text)).toEqual(sites);
  });

  it("has one segment for each directive, with the block that it opens", () => {
    const text = "a {\n\thandle /x {\n\t\tlog {\n\t\t}\n\t\tb c\n\t}\n\td\n}";
    expect(sitesOf(text)).toEqual([
      [
        ["a"],
        [
          [
            "handle",
            "/x",
            [
              ["log", []],
              ["b", "c"],
            ],
          ],
          ["d"],
        ],
      ],
    ]);
  });

  it("may lack its last brace if another stands there, with a warning", () => {
    const { sites, warnings } = parse("a {\n\tb {\n\t\tc\n\t}\n", {});
    expect(sites).toHaveLength(1);
    expect(warnings).toMatchObject([{ file: "Caddyfile", line: 1 }]);
  });
});

describe("a Caddyfile", () => {
  it("has global options, snippets, named routes and sites", () => {
    const text = "{\n\tdebug\n}\n(s) {\n\tlog\n}\n&(r) {\n\trespond r\n}\na.com {\n\timport s\n}";
    expect(meaningOf(text)).toEqual({
      globalOptions: [["debug"]],
      namedRoutes: [[["r"], [["r", [["respond", "r"]]]]]],
      sites: [[["a.com"], [["log"]]]],
    });
  });

  it.each(["", "\n# nothing\n", "{\n}\n", "(s) {\n}\n"])("may say nothing: %j", (text) => {
    const nothing = { globalOptions: undefined, namedRoutes: [], sites: [] };
    expect(meaningOf(text)).toEqual(nothing);
  });
});

describe("a refusal", () => {
  it.each([
    [
      "a {\n\tb\n}\n{\n\tc\n}",
      "server block without any key is global configuration, and if",
      4,
      1,
    ],
    ["@m path /a", "request matchers may not be defined globally, they must be in a site", 1, 1],
    ["a.com{\n}", "Site addresses cannot end with a curly brace: 'a.com{' - put a space", 1, 1],
    ["a.com,b.com {\n}", "Site addresses cannot contain a comma ',': 'a.com,b.com' - put a", 1, 1],
    ["a.com, {\n}", "Expected another address but had '{' - check for extra comma", 1, 8],
    ["a.com,\n", "unexpected EOF", 1, 1],
    ["a {\n}\n}", "Unexpected '}' because no matching opening brace", 3, 1],
    ["a {\n\tb }\n}", "Unexpected '}' because no matching opening brace", 2, 4],
    ["a {\n\tb {\n\t\tc }\n}", "unexpected token '}'", 3, 5],
    ["a {\n\tb { c\n\t}\n}", "Unexpected next token after '{' on same line", 2, 4],
    ["a {\n\tb\n\t{\n\t}\n}", "Unexpected '{' on a new line; did you mean to place the '{'", 3, 2],
    ["a {\n\tb {}\n}", "Unexpected '{}' at end of line", 2, 4],
    ["a {\n\tb\n", "syntax error: unexpected EOF, expecting '}'", 1, 3],
    ["a {\n\tb {\n\t\tc\n", "syntax error: unexpected EOF, expecting '}'", 2, 4],
    ['a {\n\tb "c\n}\n', "unexpected EOF: a quote that opens here is never closed", 2, 4],
    ["(s)\nlog", "syntax error: unexpected token 'log', expecting '{'", 2, 1],
    ["(s) {\n}\n(s) {\n}", "redeclaration of previously declared snippet s", 3, 1],
    ["&(r) {\n}\n&(r) {\n}", "cannot have duplicate named_routes: r", 3, 1],
    ["(s)\nimport x", "global options block must appear before import directives", 2, 1],
  ])("of %j says what and where", (text, reason, line, column) => {
    const error = refusalOf(() => parse(text, {}));
    expect(error.reason).toContain(reason);
    expect(error.place).toEqual({ file: "Caddyfile", line, column });
  });
});

import { describe, expect, it } from "@jest/globals";
import { joinPath } from "../../../../adapters/caddyfile/syntax/imports.js";
import { filesIn, parse, refusalOf, sitesOf } from "../support.js";

/** The directives of the one site of a text, of which `(s)` is a snippet. */
function expansion(snippet: string, use: string): unknown {
  const [[, lines]] = sitesOf(`(s) {\n${snippet}\n}\na.com {\n${use}\n}`) as [[unknown, unknown]];
  return lines;
}

describe("a snippet", () => {
  it.each([
    ["stands in for its import", "x\ny z", "import s", [["x"], ["y", "z"]]],
    ["gets arguments", "x {args[0]}-{args[1]}", 'import s a "b c"', [["x", "a-b c"]]],
    ["gets all of them as words", "x {args[:]}", 'import s a "b c"', [["x", "a", "b c"]]],
    [
      "gets some of them",
      "x {args[1:]} {args[:1]} {args[1:2]}",
      "import s a b c",
      [["x", "b", "c", "a", "b"]],
    ],
    ["gets none as no word", "x {args[0:0]} {args[:]}", "import s", [["x"]]],
    [
      "keeps what is no argument",
      "x {a {args[0]}} {host}",
      "import s 1",
      [["x", "{a", "1}", "{host}"]],
    ],
    [
      "keeps what there is no argument for",
      "x {args[1]} {args[1:9]}",
      "import s 1",
      [["x", "{args[1]}", "{args[1:9]}"]],
    ],
    ["loses the backslashes before braces", "x \\{args[0]\\}", "import s 1", [["x", "{args[0]}"]]],
    ["gets a block", "x {\n{block}\n}", "import s {\na b\nc\n}", [["x", [["a", "b"], ["c"]]]]],
    [
      "gets blocks by name",
      "x {\n{blocks.p}\n}\n{blocks.q.r}",
      "import s {\np {\na\n}\nq.r b c\n}",
      [
        ["x", [["a"]]],
        ["b", "c"],
      ],
    ],
    ["may not use its block", "x", "import s {\na\n}", [["x"]]],
    ["may use a block that is not there", "x {\n{block}\n{blocks.p}\n}", "import s", [["x", []]]],
    ["may be empty", "", "import s", []],
  ])("%s", (_rule, snippet, use, lines) => {
    expect(expansion(snippet, use)).toEqual(lines);
  });

  it("ends its line where the import's line ends, also with arguments of several lines", () => {
    expect(expansion("x {args[0]}\ny", 'import s "a\nb"\nz')).toEqual([
      ["x", "a\nb"],
      ["y"],
      ["z"],
    ]);
  });

  it("may hold sites", () => {
    const text =
      "(s) {\n\thttp://{args[0]} {\n\t\t{block}\n\t}\n}\nimport s a.com {\n\trespond hi\n}";
    expect(sitesOf(text)).toEqual([[["http://a.com"], [["respond", "hi"]]]]);
  });

  it("may import a snippet that is defined after it", () => {
    const text = "(s) {\n\timport t {args[0]}\n}\n(t) {\n\tx {args[0]}\n}\na {\n\timport s 1\n}";
    expect(sitesOf(text)).toEqual([[["a"], [["x", "1"]]]]);
  });

  it("says whom it was imported by when something in it is wrong", () => {
    const { sites } = parse("(s) {\n\timport t\n}\n(t) {\n\tx\n}\na {\n\timport s\n}", {});
    const token = sites[0]?.segments[0]?.[0];
    const error = refusalOf(() => token?.fail("bad"));
    const chain = "import chain ['Caddyfile:8 (import s)','Caddyfile:2 (import t)']";
    expect(error.message).toBe(`Caddyfile:5:2: bad, ${chain}`);
  });
});

describe("a file", () => {
  const files = filesIn({
    "etc/sites/a.caddy": "a.com {\n\timport ../common {$WHO} 1\n}\n",
    "etc/sites/b.caddy": "b.com {\n\timport ../common you 2\n}\n",
    "etc/sites/.hidden.caddy": "{{{\n",
    "etc/common": "respond {args[0]} {args[1]}",
    "etc/snippets": "(s) {\n\tx {args[0]}\n}\n",
    "etc/empty": " \n",
  });
  const options = { ...files, file: "etc/Caddyfile", env: { WHO: "me" } };

  it("is read relative to the one that imports it", () => {
    expect(sitesOf("import sites/*.caddy", options)).toEqual([
      [["a.com"], [["respond", "me", "1"]]],
      [["b.com"], [["respond", "you", "2"]]],
    ]);
  });

  it("is named among the imported, once", () => {
    const { imported } = parse("import sites/*.caddy\nimport snippets", options);
    const expected = ["etc/sites/a.caddy", "etc/sites/b.caddy", "etc/common", "etc/snippets"];
    expect(imported).toEqual(expected);
  });

  it("may define snippets, whose arguments are their own", () => {
    expect(sitesOf("import snippets 1\na {\n\timport s 2\n}", options)).toEqual([
      [["a"], [["x", "2"]]],
    ]);
  });

  it("is where its tokens say they are", () => {
    const { sites } = parse("import sites/*.caddy", options);
    expect(sites[1]?.segments[0]?.[1]?.place).toEqual({ file: "etc/common", line: 1, column: 9 });
  });

  it.each([
    ["import sites/*.none", "No files matching import glob pattern sites/*.none"],
    ["import empty", "Import file is empty"],
    ["a {\n\timport common 1\n}", "Placeholder {args[1]} index is out of bounds, only 1 argument"],
    ["(t) {\n\tx {args.0}\n}\na {\n\timport t 1\n}", "{args.0} deprecated, use {args[0]} instead"],
  ])("is worth a warning: %j", (text, message) => {
    const { warnings } = parse(text, options);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toContain(message);
    expect(warnings[0]?.line).toBeGreaterThan(0);
  });
});

describe("an import is refused", () => {
  const files = filesIn({ self: "import self", one: "import two", two: "import one" });

  it.each([
    ["import", "wrong argument count or unexpected line ending after 'import'", 1, 1],
    ["import {\n}", "unexpected token '{', expecting argument", 1, 1],
    ['import ""', "Import requires a non-empty filepath", 1, 1],
    ["a\nimport none", "File to import not found: none", 2, 1],
    ["import a*/b*", "Glob pattern may only contain one wildcard (*), but has others: a*/b*", 1, 1],
    ["import x[ab]", "Glob pattern may only contain one wildcard (*), but has others", 1, 1],
    ["import one {\n\t{\n\t}\n}", "anonymous blocks are not supported", 2, 2],
    ["import one {\n\ta\n", "unexpected EOF", 1, 12],
  ])("%j", (text, reason, line, column) => {
    const error = refusalOf(() => parse(`${text}\n`, files));
    expect(error.reason).toContain(reason);
    expect(error.place).toEqual({ file: "Caddyfile", line, column });
  });

  it("when files may not be read", () => {
    expect(refusalOf(() => parse("import one", {})).reason).toContain("not allowed here");
  });

  it.each([
    ["import self", "a cycle of imports exists between self and self"],
    ["import one", "a cycle of imports exists between two and one"],
    [
      "(a) {\n\timport a\n}\nimport a",
      "a cycle of imports exists between Caddyfile:a and Caddyfile:a",
    ],
    ["(a) {\nimport b\n}\n(b) {\nimport a\n}\nimport a", "between Caddyfile:b and Caddyfile:a"],
  ])("when it would import itself: %j", (text, reason) => {
    expect(refusalOf(() => parse(text, files)).reason).toContain(reason);
  });
});

describe("a path", () => {
  it.each([
    ["Caddyfile", "a", "a"],
    ["etc/Caddyfile", "sites/../a/./b", "etc/a/b"],
    ["etc/Caddyfile", "../../a", "../a"],
    ["/etc/Caddyfile", "../../../../a", "/a"],
    ["/etc/Caddyfile", "/b/c", "/b/c"],
  ])("from %j to %j is %j", (file, path, joined) => {
    expect(joinPath(file, path)).toBe(joined);
  });
});
